using Quietune.Privacy.Noise;

namespace Quietune.Tuning.Evaluation;

/// <summary>Metrics of noisy counts by outcome and bin, with parametric bootstrap intervals: post-processing of one release.</summary>
/// <param name="bins">The bins.</param>
/// <param name="counts">[2·bins]: negatives, then positives.</param>
/// <param name="deviation">σ of the noise on each count.</param>
internal sealed class BinnedScores(ScoreBins bins, double[] counts, double deviation)
{
    private const int Resamples = 1000;

    // The randomness of a bootstrap needs no secrecy.
    private const ulong Seed = 1;
    private const double Clear = 2;
    private const double LargestSmallMean = 30;

    public PrivateScores Measure(double level, bool isSecure)
    {
        var (negatives, positives) = (counts[..bins.Count].Sum(), counts[bins.Count..].Sum());
        var least = Clear * deviation * Math.Sqrt(bins.Count);
        if (negatives <= least || positives <= least)
        {
            var nothing = new Interval(double.NaN, double.NaN, double.NaN);
            return new(nothing, nothing, double.NaN, [], deviation, Suffices: false, isSecure);
        }

        var center = Center(negatives, positives);
        var draws = Draws(center);
        Interval Of(Func<double[], double> metric) => Basic(metric, center, draws, level);
        var clear = Enumerable.Range(0, bins.Count).Where(bin => Total(counts, bin) > Clear * deviation * Math.Sqrt(2)).ToList();
        return new(
            Of(Auroc),
            Of(Accuracy),
            clear.Sum(bin => Total(counts, bin) * Math.Abs(bins.Centers[bin] - Math.Clamp(Observed(counts, bin), 0, 1))) / clear.Sum(bin => Total(counts, bin)),
            [.. clear.Select(bin => new PrivateCalibrationBin(Total(counts, bin), bins.Centers[bin], Of(table => Observed(table, bin))))],
            deviation,
            Suffices: true,
            isSecure);
    }

    private double Auroc(double[] table)
    {
        double below = 0, won = 0, positives = 0;
        for (var bin = 0; bin < bins.Count; bin++)
        {
            var (negative, positive) = (table[bin], table[bins.Count + bin]);
            won += positive * (below + (negative / 2));
            below += negative;
            positives += positive;
        }

        return won / (below * positives);
    }

    private double Accuracy(double[] table)
    {
        var half = bins.BinOf(ScoreBins.Threshold);
        return (table[..half].Sum() + table[(bins.Count + half)..].Sum()) / table.Sum();
    }

    private double Total(double[] table, int bin) => table[bin] + table[bins.Count + bin];

    private double Observed(double[] table, int bin) => table[bins.Count + bin] / Total(table, bin);

    /// <summary>The counts without negative cells; each class keeps its total.</summary>
    private double[] Center(double negatives, double positives)
    {
        var cut = counts.Select(count => Math.Max(count, 0)).ToArray();
        var (below, above) = (negatives / cut[..bins.Count].Sum(), positives / cut[bins.Count..].Sum());
        return [.. cut.Select((count, cell) => count * (cell < bins.Count ? below : above))];
    }

    private List<double[]> Draws(double[] center)
    {
        var source = new SeededNoise(Seed);
        var normal = new double[center.Length];
        return [.. Enumerable.Range(0, Resamples).Select(_ =>
        {
            source.FillNormal(normal);
            return center.Select((mean, cell) => Poisson(source, mean) + (deviation * normal[cell])).ToArray();
        })];
    }

    private Interval Basic(Func<double[], double> metric, double[] center, List<double[]> draws, double level)
    {
        var estimate = metric(counts);
        var truth = metric(center);
        var errors = draws.Select(draw => metric(draw) - truth).Where(double.IsFinite).Order().ToList();
        return new(
            Math.Clamp(estimate, 0, 1),
            Math.Clamp(estimate - Bootstrap.Quantile(errors, (1 + level) / 2), 0, 1),
            Math.Clamp(estimate - Bootstrap.Quantile(errors, (1 - level) / 2), 0, 1));
    }

    // Knuth's product of uniforms for small means; above, the normal of the same mean and variance is near enough for an interval.
    private static double Poisson(SeededNoise source, double mean)
    {
        var number = new double[1];
        if (mean > LargestSmallMean)
        {
            source.FillNormal(number);
            return Math.Max(0, Math.Round(mean + (Math.Sqrt(mean) * number[0])));
        }

        var (limit, product) = (Math.Exp(-mean), 1.0);
        for (var count = 0; ; count++)
        {
            source.FillUniform(number);
            product *= number[0];
            if (product <= limit)
            {
                return count;
            }
        }
    }
}
