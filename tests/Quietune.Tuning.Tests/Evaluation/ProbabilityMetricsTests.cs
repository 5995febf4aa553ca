using Quietune.Tuning.Evaluation;

namespace Quietune.Tuning.Tests.Evaluation;

public sealed class ProbabilityMetricsTests
{
    private static readonly ScoredRows Rows = ScoredRows.Of([0.8, 0.25, 0.5, 0.15], [1, 0, 0, 1]);

    [Fact]
    public void Brier_WorkedExample_IsTheHandValue() => Assert.Equal((0.04 + 0.0625 + 0.25 + 0.7225) / 4, ProbabilityMetrics.Brier(Rows), 1e-15);

    [Fact]
    public void LogLoss_WorkedExample_IsTheHandValue() =>
        Assert.Equal(-(Math.Log(0.8) + Math.Log(0.75) + Math.Log(0.5) + Math.Log(0.15)) / 4, ProbabilityMetrics.LogLoss(Rows), 1e-15);

    [Fact]
    public void LogLoss_SureAndWrong_IsFinite() => Assert.InRange(ProbabilityMetrics.LogLoss(ScoredRows.Of([1, 0], [0, 1])), 16, 17);

    [Fact]
    public void ExpectedError_WorkedExample_WeighsBinsByTheirRows()
    {
        // Halves: [.15+, .25-] predicted .2, seen .5; [.5-, .8+] predicted .65, seen .5.
        Assert.Equal((2 * 0.3 + 2 * 0.15) / 4, Calibration.ExpectedError(Calibration.EqualWidth(Rows, 2)), 1e-12);

        // Thirds: .15 and .25 below 1/3; .5 between; .8 above. Unequal counts: an unweighted mean gives another number.
        Assert.Equal((2 * 0.3 + 0.5 + 0.2) / 4, Calibration.ExpectedError(Calibration.EqualWidth(Rows, 3)), 1e-12);
    }

    [Fact]
    public void EqualWidth_Edges_BelongToTheUpperBinAndOneToTheLast()
    {
        var curve = Calibration.EqualWidth(ScoredRows.Of([0, 0.5, 1], [0, 0, 1]), 2);
        Assert.Equal([1, 2], curve.Select(bin => bin.Count));
    }

    [Fact]
    public void EqualCount_SevenRowsInThreeGroups_DifferByAtMostOne()
    {
        var rows = ScoredRows.Of([.. Enumerable.Range(0, 7).Select(i => i / 10.0)], [0, 0, 0, 0, 1, 1, 1]);
        var curve = Calibration.EqualCount(rows, 3);
        Assert.Equal([3, 2, 2], curve.Select(group => group.Count));
        Assert.Equal([0, 0.5, 1], curve.Select(group => group.Observed));
        Assert.Equal([0.1, 0.35, 0.55], curve.Select(group => Math.Round(group.Predicted, 12)));
    }

    [Fact]
    public void RootMeanSquaredError_WorkedExample_IsTheHandValue()
    {
        Assert.Equal(Math.Sqrt((1 + 9) / 2.0), RegressionMetrics.RootMeanSquaredError([1, 2], [2, 5]), 1e-15);
        Assert.Throws<ArgumentException>(() => RegressionMetrics.RootMeanSquaredError([1, 2], [2]));
    }
}
