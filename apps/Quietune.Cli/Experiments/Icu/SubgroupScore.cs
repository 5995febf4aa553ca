using Quietune.Data.Clinical;
using Quietune.Tuning.Evaluation;

namespace Quietune.Cli.Experiments.Icu;

/// <summary>How well a model ranks within a subgroup of the test rows: privacy harms small groups most.</summary>
/// <param name="Group">Such as <c>women</c> or <c>65 to 79 years</c>.</param>
/// <param name="Rows">Test rows in it.</param>
/// <param name="Deaths">How many of them ended in death.</param>
/// <param name="Auroc">Within it; null where it has fewer than five deaths or survivors.</param>
internal sealed record SubgroupScore(string Group, int Rows, int Deaths, Measured? Auroc)
{
    private const int Fewest = 5;

    private static readonly (string Name, Func<StayDescription, bool> Includes)[] Groups =
    [
        ("women", stay => stay.Gender == 0),
        ("men", stay => stay.Gender == 1),
        ("under 50 years", stay => stay.Age < 50),
        ("50 to 64 years", stay => stay.Age is >= 50 and < 65),
        ("65 to 79 years", stay => stay.Age is >= 65 and < 80),
        ("80 years and over", stay => stay.Age >= 80),
        ("coronary care", stay => stay.IcuType == 1),
        ("cardiac surgery", stay => stay.IcuType == 2),
        ("medical", stay => stay.IcuType == 3),
        ("surgical", stay => stay.IcuType == 4),
    ];

    /// <summary>Measures the subgroups that have any rows.</summary>
    public static IReadOnlyList<SubgroupScore> Of(IReadOnlyList<Predicted> runs, IcuRows test) =>
    [
        .. from @group in Groups
           let rows = Enumerable.Range(0, test.Admissions.Count).Where(row => @group.Includes(test.Admissions[row].Description)).ToList()
           where rows.Count > 0
           select Of(@group.Name, rows, runs, test),
    ];

    private static SubgroupScore Of(string name, List<int> rows, IReadOnlyList<Predicted> runs, IcuRows test)
    {
        var labels = rows.Select(row => test.Examples.Labels[row]).ToList();
        var deaths = labels.Count(label => label == 1);
        if (deaths < Fewest || rows.Count - deaths < Fewest)
        {
            return new(name, rows.Count, deaths, null);
        }

        var scored = runs.Select(run => ScoredRows.Of([.. rows.Select(row => run.Probabilities[row])], labels)).ToList();
        return new(name, rows.Count, deaths, IcuScores.Measure(scored, (resample, _) => RankMetrics.Auroc(resample)));
    }
}
