using Quietune.Data;
using Quietune.Data.Clinical;
using Quietune.Data.Clinical.Features;
using Quietune.Data.Clinical.PhysioNet;
using Quietune.Data.Clinical.Selections;

namespace Quietune.Cli.Experiments.Icu;

/// <summary>The stays of an experiment in their three roles; every statistic comes from the public rows.</summary>
/// <param name="Public">Rows the model is pretrained on, and that scale the features.</param>
/// <param name="Private">Rows the model is tuned on.</param>
/// <param name="Test">Rows of the private kind that only measure; declared public.</param>
/// <param name="Cleaned">What was cleaned in sets of which nothing is private, by set and rule.</param>
/// <param name="Notes">What a reader should know of the selections.</param>
internal sealed record IcuData(IcuRows Public, IcuRows Private, IcuRows Test, IReadOnlyDictionary<string, IReadOnlyDictionary<Cleaning, long>> Cleaned, IReadOnlyList<string> Notes)
{
    private const ulong Order = 2012;

    /// <summary>Reads the sets that the selections name, once each.</summary>
    /// <exception cref="BadInputException">A selection cannot be read, or selects too little.</exception>
    public static IcuData Read(string folder, IcuPreset preset, bool asGrid, CancellationToken cancellationToken)
    {
        var (open, hidden, test) = (Parse("--public", preset.Public), Parse("--private", preset.Private), Parse("--test", preset.Test));
        var sets = new Dictionary<string, StaySet>();
        foreach (var name in open.SetNames.Concat(hidden.SetNames).Concat(test.SetNames).Distinct())
        {
            sets.Add(name, PhysioNetFolder.Read(folder, name, hidden.SetNames.Contains(name), cancellationToken));
        }

        var (publicStays, privateStays, testStays) = (Select(sets, open), Select(sets, hidden), Select(sets, test));
        Require("--public", open, publicStays, 50);
        Require("--private", hidden, privateStays, 10);
        Require("--test", test, testStays, 20);
        var apply = Scaling(publicStays, asGrid);
        var cleaned = sets.Values.Where(set => set.Cleaned is not null).ToDictionary(set => set.Name, set => set.Cleaned!.Used);
        return new(apply(open.Text, publicStays), apply(hidden.Text, privateStays), apply(test.Text, testStays), cleaned, [.. Overlaps(publicStays, privateStays, testStays)]);
    }

    private static Func<string, List<Stay>, IcuRows> Scaling(List<Stay> publicStays, bool asGrid)
    {
        static float Died(Admission admission) => admission.Outcome.DiedInHospital ? 1 : 0;
        if (asGrid)
        {
            var grid = GridScaling.Of(StayGrid.Of(publicStays));
            return (text, stays) => new(text, [.. stays.Select(stay => stay.Admission)], grid.Apply(StayGrid.Of(stays), Died));
        }

        var scaling = FeatureScaling.Of(FeatureTable.Of(publicStays));
        return (text, stays) => new(text, [.. stays.Select(stay => stay.Admission)], scaling.Apply(FeatureTable.Of(stays), Died));
    }

    private static List<Stay> Select(Dictionary<string, StaySet> sets, StaySelection selection)
    {
        var stays = selection.SetNames.Distinct().SelectMany(name => sets[name].Stays).Where(stay => selection.Includes(stay.Admission)).ToArray();
        new SeededGenerator(Order).Shuffle(stays.AsSpan());
        return [.. stays];
    }

    private static StaySelection Parse(string option, string text)
    {
        try
        {
            return StaySelection.Parse(text);
        }
        catch (ArgumentException error)
        {
            throw new BadInputException($"{option}: {error.Message}");
        }
    }

    private static void Require(string option, StaySelection selection, List<Stay> stays, int least)
    {
        var died = stays.Count(stay => stay.Admission.Outcome.DiedInHospital);
        if (stays.Count < least || died == 0 || died == stays.Count)
        {
            throw new BadInputException($"{option}: '{selection}' selects too little; expected at least {least} stays, some of which ended in death and some not.");
        }
    }

    private static IEnumerable<string> Overlaps(List<Stay> publicStays, List<Stay> privateStays, List<Stay> testStays)
    {
        var pairs = new[] { ("public and private", publicStays, privateStays), ("private and test", privateStays, testStays), ("public and test", publicStays, testStays) };
        return pairs.Where(pair => pair.Item2.Select(stay => stay.Admission.Id).Intersect(pair.Item3.Select(stay => stay.Admission.Id)).Any())
            .Select(pair => $"The {pair.Item1} selections share stays: what is measured flatters the model that has seen them.");
    }
}
