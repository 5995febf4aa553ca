using Quietune.Data;
using Quietune.Tuning.Evaluation;

namespace Quietune.Tuning.Tests.Evaluation;

public sealed class BootstrapTests
{
    private static readonly ScoredRows Rows = ScoredRows.Of(
        [.. Enumerable.Range(0, 400).Select(i => i / 400.0)], [.. Enumerable.Range(0, 400).Select(i => i % 5 == 0 ? 1f : 0f)]);

    // The share of positives is a mean of coin throws: its interval is known, ±1.96·√(pq/n). Drawing without replacement gives width 0.
    [Fact]
    public void Of_ShareOfPositives_HasTheNormalInterval()
    {
        var interval = Bootstrap.Of(Rows, rows => (double)rows.Positives / rows.Total, resamples: 4000);
        var half = 1.96 * Math.Sqrt(0.2 * 0.8 / 400);
        Assert.Equal(0.2, interval.Value, 1e-12);
        Assert.Equal(0.2 - half, interval.Low, 0.1 * half);
        Assert.Equal(0.2 + half, interval.High, 0.1 * half);
    }

    // Counts must mean the same as copies of rows.
    [Fact]
    public void Resample_Metrics_EqualThoseOfTheCopiedRows()
    {
        var resample = Rows.Resample(new SeededGenerator(7));
        var scores = new List<double>();
        var labels = new List<float>();
        for (var i = 0; i < 400; i++)
        {
            scores.AddRange(Enumerable.Repeat(resample.Scores[i], resample.Counts[i]));
            labels.AddRange(Enumerable.Repeat(resample.Outcomes[i] ? 1f : 0f, resample.Counts[i]));
        }

        var copied = ScoredRows.Of(scores, labels);
        Assert.Equal(400, copied.Total);
        foreach (var metric in new Func<ScoredRows, double>[]
        {
            RankMetrics.Auroc, RankMetrics.Auprc, ProbabilityMetrics.Brier, ProbabilityMetrics.LogLoss, ChallengeMetrics.Score2, ChallengeMetrics.BestThreshold,
            rows => RankMetrics.Accuracy(rows), rows => Calibration.ExpectedError(Calibration.EqualWidth(rows)), rows => ChallengeMetrics.Score1(rows, 0.4),
        })
        {
            Assert.Equal(metric(copied), metric(resample), 1e-12);
        }
    }

    [Fact]
    public void Of_ResamplesWithoutAPositive_AreLeftOut()
    {
        var interval = Bootstrap.Of(ScoredRows.Of([0.1, 0.2, 0.9], [0, 0, 1]), RankMetrics.Auroc);
        Assert.Equal(new Interval(1, 1, 1), interval);
    }
}
