using Quietune.Data;
using Quietune.Data.Clinical;
using Quietune.Data.Clinical.Features;
using Quietune.Data.Clinical.Mimic;
using Quietune.Data.Clinical.PhysioNet;
using Quietune.Data.Clinical.Selections;

namespace Quietune.Cli.Experiments.Icu;

/// <summary>Stays as numbers: features, or a grid of hours.</summary>
/// <param name="Admissions">One a stay.</param>
/// <param name="Values">[stays × width], in natural units.</param>
/// <param name="Cleaned">What was cleaned; null where a stay is private.</param>
internal sealed record IcuSet(IReadOnlyList<Admission> Admissions, float[] Values, CleaningCounts? Cleaned)
{
    /// <summary>The name of the one set that a MIMIC folder holds.</summary>
    public const string Mimic = "mimic";

    /// <summary>Reads the sets named, once each.</summary>
    /// <param name="folder">Sets of the PhysioNet 2012 challenge, or MIMIC.</param>
    /// <param name="names">Which.</param>
    /// <param name="hidden">Those of which some stays are private.</param>
    /// <param name="asGrid">A grid, or features.</param>
    /// <param name="cancellationToken">Stops between records.</param>
    public static IReadOnlyDictionary<string, IcuSet> Read(string folder, IReadOnlyList<string> names, IReadOnlyList<string> hidden, bool asGrid, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(folder) || !MimicCohort.IsAt(folder))
        {
            return names.ToDictionary(name => name, name =>
            {
                var set = PhysioNetFolder.Read(folder, name, hidden.Contains(name), cancellationToken);
                return asGrid ? Of(StayGrid.Of(set.Stays), set.Cleaned) : Of(FeatureTable.Of(set.Stays), set.Cleaned);
            });
        }

        if (names.FirstOrDefault(name => name != Mimic) is { } unknown)
        {
            throw new BadInputException($"{folder} holds MIMIC: expected selections of the set '{Mimic}', got '{unknown}'.");
        }

        using var cohort = MimicCohort.Read(folder, isPrivate: true, cancellationToken);
        return new Dictionary<string, IcuSet> { [Mimic] = asGrid ? Of(cohort.Grid(cancellationToken), null) : Of(cohort.Features(cancellationToken), null) };
    }

    /// <summary>The stays that a selection takes, in a random order that never changes.</summary>
    public static IcuSet Select(IReadOnlyDictionary<string, IcuSet> sets, StaySelection selection, ulong seed)
    {
        var chosen = selection.SetNames.Distinct().Select(name => sets[name])
            .SelectMany(set => Enumerable.Range(0, set.Admissions.Count).Where(row => selection.Includes(set.Admissions[row])).Select(row => (Set: set, Row: row)))
            .ToArray();
        new SeededGenerator(seed).Shuffle(chosen.AsSpan());
        return new([.. chosen.Select(stay => stay.Set.Admissions[stay.Row])], [.. chosen.SelectMany(stay => stay.Set.Row(stay.Row))], null);
    }

    private static IcuSet Of(FeatureTable table, CleaningCounts? cleaned) => new(table.Admissions, table.Values, cleaned);

    private static IcuSet Of(StayGrid grid, CleaningCounts? cleaned) => new(grid.Admissions, grid.Values, cleaned);

    private ArraySegment<float> Row(int row)
    {
        var width = Values.Length / Admissions.Count;
        return new(Values, row * width, width);
    }
}
