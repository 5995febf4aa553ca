namespace Quietune.Tuning.Evaluation;

/// <summary>How predicted probabilities compare with what happened.</summary>
public static class Calibration
{
    /// <summary>A calibration curve over bins of equal width on [0, 1]; empty bins are left out.</summary>
    /// <param name="rows">Scores are probabilities.</param>
    /// <param name="bins">How many bins, at least 1; a probability on an edge belongs to the upper bin, 1 to the last.</param>
    public static IReadOnlyList<CalibrationBin> EqualWidth(ScoredRows rows, int bins = 10)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bins, 1);
        return Curve(rows, bins, (score, _) => Math.Clamp((int)(score * bins), 0, bins - 1));
    }

    /// <summary>A calibration curve over groups of nearly equal count, from the lowest predictions to the highest; no group is empty.</summary>
    /// <remarks>A group may part rows of equal score, as the Hosmer–Lemeshow test does.</remarks>
    /// <param name="rows">Scores are probabilities.</param>
    /// <param name="groups">How many groups, at least 1.</param>
    public static IReadOnlyList<CalibrationBin> EqualCount(ScoredRows rows, int groups = 10)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(groups, 1);
        var total = rows.Total;
        return Curve(rows, groups, (_, place) => (int)((Int128)place * groups / total));
    }

    /// <summary>Expected calibration error: the mean gap between prediction and outcome over the bins, weighted by their rows.</summary>
    /// <remarks>Source: Guo, Pleiss, Sun &amp; Weinberger 2017, equation 3, for the probability of the positive outcome.</remarks>
    public static double ExpectedError(IReadOnlyList<CalibrationBin> bins) =>
        bins.Sum(bin => bin.Count * Math.Abs(bin.Predicted - bin.Observed)) / bins.Sum(bin => bin.Count);

    private static List<CalibrationBin> Curve(ScoredRows rows, int bins, Func<double, long, int> binOf)
    {
        var counts = new long[bins];
        var predicted = new double[bins];
        var positives = new long[bins];
        long place = 0;
        for (var i = 0; i < rows.Scores.Length; i++)
        {
            for (var repeat = 0; repeat < rows.Counts[i]; repeat++)
            {
                var bin = binOf(rows.Scores[i], place++);
                counts[bin]++;
                predicted[bin] += rows.Scores[i];
                positives[bin] += rows.Outcomes[i] ? 1 : 0;
            }
        }

        return [.. Enumerable.Range(0, bins).Where(bin => counts[bin] > 0)
            .Select(bin => new CalibrationBin(counts[bin], predicted[bin] / counts[bin], (double)positives[bin] / counts[bin]))];
    }
}
