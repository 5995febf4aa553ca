using Quietune.Tuning.Evaluation;

namespace Quietune.Tuning.Tests.Evaluation;

public sealed class ChallengeMetricsTests
{
    [Theory]
    [InlineData(0.9, 1 / 3.0)]  // one of three found, sure: sensitivity decides
    [InlineData(0.7, 2 / 3.0)]  // two of three found, two of three right
    [InlineData(0.1, 3 / 5.0)]  // all found, three of five right: predictivity decides
    [InlineData(0.95, 0.0)]     // nobody named
    public void Score1_WorkedExample_IsTheSmallerOfBoth(double threshold, double expected) =>
        Assert.Equal(expected, ChallengeMetrics.Score1(ScoredRows.Of([0.9, 0.8, 0.7, 0.2, 0.1], [1, 0, 1, 1, 0]), threshold), 1e-15);

    [Fact]
    public void BestThreshold_ManyRows_IsBestOfAllThresholds()
    {
        var generator = new Data.SeededGenerator(3);
        var scores = Enumerable.Range(0, 60).Select(_ => generator.Next(20) / 20.0).ToArray();
        var rows = ScoredRows.Of(scores, [.. scores.Select(score => generator.NextDouble() < score ? 1f : 0f)]);
        var best = scores.Max(threshold => ChallengeMetrics.Score1(rows, threshold));
        Assert.Equal(best, ChallengeMetrics.Score1(rows, ChallengeMetrics.BestThreshold(rows)), 1e-15);
    }

    [Fact]
    public void Score2_WorkedExample_IsTheHandValue()
    {
        // Ten deciles of two rows: both predicted p = .05, .15 … .95; the upper five have both outcomes, the lower none, but for one in the lowest.
        double[] risks = [.. Enumerable.Range(0, 10).Select(i => 0.05 + (0.1 * i))];
        var scores = risks.SelectMany(risk => new[] { risk, risk }).ToArray();
        float[] labels = [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1];
        var expected = 0.0;
        for (var decile = 0; decile < 10; decile++)
        {
            var observed = decile == 0 ? 1 : decile < 5 ? 0 : 2;
            expected += Math.Pow(observed - (2 * risks[decile]), 2) / ((2 * risks[decile] * (1 - risks[decile])) + 0.001);
        }

        Assert.Equal(expected / 0.9, ChallengeMetrics.Score2(ScoredRows.Of(scores, labels)), 1e-9);
    }
}
