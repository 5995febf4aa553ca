using Quietune.Data.Clinical.Mimic;
using Quietune.Data.Clinical.PhysioNet;

namespace Quietune.Cli.Experiments.Icu;

/// <summary>Which stays are public, private and for testing.</summary>
/// <param name="Name">The preset's name; null for selections given one by one.</param>
/// <param name="Public">A selection.</param>
/// <param name="Private">A selection.</param>
/// <param name="Test">A selection.</param>
internal sealed record IcuPreset(string? Name, string Public, string Private, string Test)
{
    private static readonly IReadOnlyDictionary<string, (string Public, string Private)> Conditions = new Dictionary<string, (string, string)>
    {
        ["csru-to-micu"] = ("ICUType=2", "ICUType=3"),
        ["surgical-to-medical"] = ("ICUType in (2,4)", "ICUType in (1,3)"),
        ["noncardiac-to-cardiac"] = ("ICUType in (3,4)", "ICUType in (1,2)"),
        ["young-to-old"] = ("Age<65", "Age>=65"),
        ["a-to-b"] = ("", ""),
    };

    /// <summary>Names of all presets.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Conditions.Keys];

    /// <summary>
    /// A preset: public rows of set a, private rows of set b, and test rows of the private kind from set c; where set c is not there, from set a.
    /// The preset a-to-b without set c tests on the half of set b that is not private. In a MIMIC folder, which is one set, private and test rows
    /// are halves, and public rows are of another kind.
    /// </summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="folder">Where the sets lie.</param>
    public static IcuPreset Of(string name, string folder)
    {
        var (open, hidden) = Conditions[name];
        if (Directory.Exists(folder) && MimicCohort.IsAt(folder))
        {
            return name == "a-to-b"
                ? throw new BadInputException($"--preset: {folder} holds MIMIC, which is one set; expected another preset than a-to-b.")
                : new(name, $"{IcuSet.Mimic} where {open}", $"{IcuSet.Mimic} where ({hidden}) and Half=1", $"{IcuSet.Mimic} where ({hidden}) and Half=2");
        }

        var third = PhysioNetFolder.SetNames(folder).Contains("set-c");
        return name == "a-to-b"
            ? third ? new(name, "set-a", "set-b", "set-c") : new(name, "set-a", "set-b where Half=1", "set-b where Half=2")
            : new(name, $"set-a where {open}", $"set-b where {hidden}", $"{(third ? "set-c" : "set-a")} where {hidden}");
    }
}
