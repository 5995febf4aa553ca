using Quietune.Privacy.Budgets;

namespace Quietune.Cli.Experiments.Races;

/// <summary>Who races: every method at every budget, once for each seed.</summary>
/// <param name="Methods">Names of methods.</param>
/// <param name="Budgets">ε and δ of each.</param>
/// <param name="Seeds">How many draws of the noise, and of the private rows where there are more than are taken.</param>
internal sealed record RaceEntries(IReadOnlyList<string> Methods, IReadOnlyList<PrivacyBudget> Budgets, int Seeds)
{
    /// <summary>Methods that also run with settings found by looking at the answer.</summary>
    public IReadOnlyList<string> Oracles { get; init; } = [];

    /// <summary>The file where results are kept as they come and looked for first, or null.</summary>
    public string? Journal { get; init; }
}
