using Quietune.Data;

namespace Quietune.Tuning.Evaluation;

/// <summary>Bootstrap intervals of a metric over rows (Efron &amp; Tibshirani 1993, chapter 13: the percentile interval).</summary>
public static class Bootstrap
{
    /// <summary>Resamples unless told.</summary>
    public const int DefaultResamples = 1000;

    /// <summary>A metric with its percentile interval; resamples where the metric is not a number, such as those without a positive row, are left out.</summary>
    /// <param name="rows">Scored rows, each its own unit.</param>
    /// <param name="metric">What to measure.</param>
    /// <param name="level">The share of resamples inside, in (0, 1).</param>
    /// <param name="resamples">How many resamples.</param>
    /// <param name="seed">Decides them.</param>
    public static Interval Of(ScoredRows rows, Func<ScoredRows, double> metric, double level = 0.95, int resamples = DefaultResamples, ulong seed = 1)
    {
        if (level is not (> 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(level), $"Expected level in (0, 1), got {level}.");
        }

        var values = Values(rows, metric, resamples, seed).Order().ToArray();
        return values.Length == 0
            ? new(metric(rows), double.NaN, double.NaN)
            : new(metric(rows), Quantile(values, (1 - level) / 2), Quantile(values, (1 + level) / 2));
    }

    /// <summary>The metric on every resample where it is a number, in the order of the draws.</summary>
    /// <param name="rows">Scored rows, each its own unit.</param>
    /// <param name="metric">What to measure.</param>
    /// <param name="resamples">How many resamples.</param>
    /// <param name="seed">Decides them.</param>
    public static IReadOnlyList<double> Values(ScoredRows rows, Func<ScoredRows, double> metric, int resamples, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(resamples, 1);
        var generator = new SeededGenerator(seed);
        return [.. Enumerable.Range(0, resamples).Select(_ => metric(rows.Resample(generator))).Where(value => !double.IsNaN(value))];
    }

    /// <summary>A quantile of sorted values, interpolated between neighbours.</summary>
    /// <param name="sorted">At least one value, in rising order.</param>
    /// <param name="share">In [0, 1].</param>
    public static double Quantile(IReadOnlyList<double> sorted, double share)
    {
        var place = share * (sorted.Count - 1);
        var below = (int)place;
        return below + 1 >= sorted.Count ? sorted[^1] : sorted[below] + ((place - below) * (sorted[below + 1] - sorted[below]));
    }
}
