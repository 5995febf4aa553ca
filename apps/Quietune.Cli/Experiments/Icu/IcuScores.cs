using Quietune.Tuning.Evaluation;

namespace Quietune.Cli.Experiments.Icu;

/// <summary>Every metric of a model on the test rows.</summary>
/// <param name="Auroc">Area under the receiver operating characteristic.</param>
/// <param name="Auprc">Average precision.</param>
/// <param name="Score1">Smaller of sensitivity and positive predictivity, at the threshold that is best on public rows.</param>
/// <param name="Score2">Range-normalised Hosmer–Lemeshow statistic; lower is better.</param>
/// <param name="Brier">Brier score.</param>
/// <param name="LogLoss">Mean negative log-likelihood, nats.</param>
/// <param name="CalibrationError">Expected calibration error over ten bins of equal width.</param>
/// <param name="Accuracy">Share on the right side of one half.</param>
/// <param name="Calibration">Curve over deciles of predicted risk, all seeds pooled.</param>
/// <param name="Subgroups">The same discrimination for subgroups of the test rows.</param>
internal sealed record IcuScores(
    Measured Auroc,
    Measured Auprc,
    Measured Score1,
    Measured Score2,
    Measured Brier,
    Measured LogLoss,
    Measured CalibrationError,
    Measured Accuracy,
    IReadOnlyList<CalibrationBin> Calibration,
    IReadOnlyList<SubgroupScore> Subgroups)
{
    private const int Resamples = 400;
    private const double Level = 0.95;

    /// <summary>Measures a model.</summary>
    /// <param name="runs">For each seed, the predictions on the test rows and the threshold from public rows.</param>
    /// <param name="test">The test rows.</param>
    public static IcuScores Of(IReadOnlyList<Predicted> runs, IcuRows test)
    {
        var labels = test.Examples.Labels;
        var scored = runs.Select(run => ScoredRows.Of(run.Probabilities, labels)).ToList();
        Measured Over(Func<ScoredRows, int, double> metric) => Measure(scored, metric);
        var pooled = ScoredRows.Of([.. runs.SelectMany(run => run.Probabilities)], [.. runs.SelectMany(_ => labels)]);
        return new(
            Over((rows, _) => RankMetrics.Auroc(rows)),
            Over((rows, _) => RankMetrics.Auprc(rows)),
            Over((rows, run) => ChallengeMetrics.Score1(rows, runs[run].Threshold)),
            Over((rows, _) => ChallengeMetrics.Score2(rows)),
            Over((rows, _) => ProbabilityMetrics.Brier(rows)),
            Over((rows, _) => ProbabilityMetrics.LogLoss(rows)),
            Over((rows, _) => Tuning.Evaluation.Calibration.ExpectedError(Tuning.Evaluation.Calibration.EqualWidth(rows))),
            Over((rows, _) => RankMetrics.Accuracy(rows)),
            Tuning.Evaluation.Calibration.EqualCount(pooled),
            SubgroupScore.Of(runs, test));
    }

    /// <summary>A metric over runs, with its pooled bootstrap interval.</summary>
    internal static Measured Measure(IReadOnlyList<ScoredRows> runs, Func<ScoredRows, int, double> metric)
    {
        var spread = Spread.Of([.. runs.Select(metric)]);
        var each = Math.Max(20, Resamples / runs.Count);
        var intervals = runs.SelectMany((rows, run) => Bootstrap.Values(rows, resample => metric(resample, run), each, seed: (ulong)run + 1)).Order().ToList();
        return new(spread.Mean, spread.Std, Bootstrap.Quantile(intervals, (1 - Level) / 2), Bootstrap.Quantile(intervals, (1 + Level) / 2));
    }
}
