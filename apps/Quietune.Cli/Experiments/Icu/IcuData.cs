using Quietune.Data;
using Quietune.Data.Clinical;
using Quietune.Data.Clinical.Features;
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
        var names = open.SetNames.Concat(hidden.SetNames).Concat(test.SetNames).Distinct().ToList();
        var sets = IcuSet.Read(folder, names, hidden.SetNames, asGrid, cancellationToken);
        var (publicStays, privateStays, testStays) = (IcuSet.Select(sets, open, Order), IcuSet.Select(sets, hidden, Order), IcuSet.Select(sets, test, Order));
        Require("--public", open, publicStays, 50);
        Require("--private", hidden, privateStays, 10);
        Require("--test", test, testStays, 20);
        var apply = Scaling(publicStays, asGrid);
        var cleaned = sets.Where(set => set.Value.Cleaned is not null).ToDictionary(set => set.Key, set => set.Value.Cleaned!.Used);
        return new(
            new(open.Text, publicStays.Admissions, apply(publicStays)), new(hidden.Text, privateStays.Admissions, apply(privateStays)), new(test.Text, testStays.Admissions, apply(testStays)),
            cleaned, [.. Overlaps(publicStays, privateStays, testStays)]);
    }

    private static Func<IcuSet, InMemoryExamples> Scaling(IcuSet publicStays, bool asGrid)
    {
        static float Died(Admission admission) => admission.Outcome.DiedInHospital ? 1 : 0;
        if (asGrid)
        {
            var grid = GridScaling.Of(new(publicStays.Admissions, publicStays.Values));
            return set => grid.Apply(new(set.Admissions, set.Values), Died);
        }

        var scaling = FeatureScaling.Of(new(publicStays.Admissions, publicStays.Values));
        return set => scaling.Apply(new(set.Admissions, set.Values), Died);
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

    private static void Require(string option, StaySelection selection, IcuSet stays, int least)
    {
        var died = stays.Admissions.Count(admission => admission.Outcome.DiedInHospital);
        if (stays.Admissions.Count < least || died == 0 || died == stays.Admissions.Count)
        {
            throw new BadInputException($"{option}: '{selection}' selects too little; expected at least {least} stays, some of which ended in death and some not.");
        }
    }

    private static IEnumerable<string> Overlaps(IcuSet publicStays, IcuSet privateStays, IcuSet testStays)
    {
        var pairs = new[] { ("public and private", publicStays, privateStays), ("private and test", privateStays, testStays), ("public and test", publicStays, testStays) };
        return pairs.Where(pair => pair.Item2.Admissions.Select(admission => admission.Id).Intersect(pair.Item3.Admissions.Select(admission => admission.Id)).Any())
            .Select(pair => $"The {pair.Item1} selections share stays: what is measured flatters the model that has seen them.");
    }
}
