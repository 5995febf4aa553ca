using MathNet.Numerics.Distributions;
using static TorchSharp.torch;

namespace Quietune.Tuning.Tests.Mechanism;

/// <summary>Is a sample drawn from N(0, I)? Four tests, of the mean, the scale, the covariance and the shape.</summary>
internal static class NormalLaw
{
    /// <summary>The level of every statistical test here: a right law fails one run in a million.</summary>
    public const double Level = 1e-6;

    /// <summary>The smallest p-value of the four, times four.</summary>
    /// <param name="draws">[n, d], float64; one draw a row.</param>
    public static double PValue(Tensor draws)
    {
        using var scope = NewDisposeScope();
        var (count, size) = (draws.shape[0], draws.shape[1]);
        var mean = count * draws.mean([0]).square().sum().item<double>();
        var total = draws.square().sum().item<double>();

        // Likelihood ratio against any covariance, Bartlett's factor (Mardia, Kent & Bibby 1979, section 5.2.2).
        var moment = draws.transpose(0, 1).matmul(draws) / count;
        var ratio = count * (moment.trace() - linalg.slogdet(moment).Item2 - size).item<double>();
        ratio *= 1 - ((2.0 * size) + 1 - (2.0 / (size + 1))) / (6 * count);
        return Math.Min(1, 4 * new[]
        {
            TwoSided(mean, size),
            TwoSided(total, count * size),
            1 - ChiSquared.CDF(size * (size + 1) / 2.0, ratio),
            Kolmogorov(draws.flatten().data<double>().ToArray()),
        }.Min());
    }

    private static double TwoSided(double value, long degrees)
    {
        var below = ChiSquared.CDF(degrees, value);
        return 2 * Math.Min(below, 1 - below);
    }

    /// <summary>Kolmogorov's test with Stephens' correction for finite samples.</summary>
    private static double Kolmogorov(double[] values)
    {
        Array.Sort(values);
        var distance = 0.0;
        for (var i = 0; i < values.Length; i++)
        {
            var expected = Normal.CDF(0, 1, values[i]);
            distance = Math.Max(distance, Math.Max(expected - ((double)i / values.Length), ((i + 1.0) / values.Length) - expected));
        }

        var root = Math.Sqrt(values.Length);
        var scaled = distance * (root + 0.12 + (0.11 / root));
        return scaled < 0.3 ? 1 : Math.Clamp(2 * Enumerable.Range(1, 50).Sum(j => (j % 2 == 1 ? 1 : -1) * Math.Exp(-2.0 * j * j * scaled * scaled)), 0, 1);
    }
}
