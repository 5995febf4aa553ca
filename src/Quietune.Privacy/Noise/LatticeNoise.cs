namespace Quietune.Privacy.Noise;

/// <summary>Adds exact discrete Gaussian noise to values rounded to a lattice, so that what can come out does not depend on what went in.</summary>
/// <remarks>
/// Guarantee: if neighbours' values differ by at most Δ in Euclidean length, the outcome is μ-Gaussian-DP with μ = (Δ + 2√k·step)/scale, up to a factor of
/// 1 + 2⁻⁵⁰; k is how many values there are. Neighbouring relation: the caller's.
/// Numerics: the outcome is a whole number of steps, decided by integers; its conversion to a double is post-processing.
/// Source: Canonne, Kamath and Steinke 2020; derived in docs/derivations/secure-noise.md.
/// </remarks>
public static class LatticeNoise
{
    /// <summary>log₂ of the noise's standard deviation in steps.</summary>
    public const int LogScale = 30;

    // Beyond this many steps a double no longer holds every half, and rounding might be off by more than one.
    private const double LargestCount = 1L << 52;

    private static readonly DiscreteGaussian Sampler = new(LogScale);

    /// <summary>The distance of neighbouring lattice points under noise of a given standard deviation: 2⁻³⁰ of it, exactly.</summary>
    public static double StepOf(double scale) => Math.ScaleB(scale, -LogScale);

    /// <summary>How far rounding can move two neighbours' values apart, in Euclidean length: two steps a coordinate at most.</summary>
    /// <param name="dimension">k, at least 1.</param>
    /// <param name="scale">The standard deviation of the noise.</param>
    public static double RoundingOf(long dimension, double scale) => 2 * Math.Sqrt(dimension) * StepOf(scale);

    /// <summary>The standard deviation that gives μ.</summary>
    /// <param name="mu">μ, finite and above 0.</param>
    /// <param name="sensitivity">Δ, finite and above 0.</param>
    /// <param name="dimension">k, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range, or μ is so small that rounding alone would spend it.</exception>
    public static double ScaleOf(double mu, double sensitivity, long dimension)
    {
        if (!double.IsFinite(sensitivity) || sensitivity <= 0)
        {
            throw new ArgumentOutOfRangeException(nameof(sensitivity), $"Expected sensitivity to be finite and above 0, got {sensitivity}.");
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);

        // Δ/scale + 2√k·2⁻³⁰ ≤ μ·(1 − 2⁻⁵⁰), with a few bits more for the rounding of this quotient.
        var left = mu * (1 - Math.ScaleB(1, -48)) - RoundingOf(dimension, 1);
        if (!double.IsFinite(mu) || left <= mu / 2)
        {
            throw new ArgumentOutOfRangeException(nameof(mu), $"Expected a finite mu of at least {4 * RoundingOf(dimension, 1)} for {dimension} coordinates, got {mu}.");
        }

        return sensitivity / left;
    }

    /// <summary>Fills <paramref name="counts"/> with noise in steps.</summary>
    internal static void Fill(INoiseSource source, Span<long> counts) => Sampler.Fill(source, counts);

    /// <summary>Rounds the values and adds the noise, in place.</summary>
    /// <param name="values">On return, the outcome.</param>
    /// <param name="scale">The standard deviation of the noise.</param>
    /// <param name="source">Where the noise comes from.</param>
    public static void Release(Span<double> values, double scale, INoiseSource source)
    {
        var step = StepOf(scale);
        var noise = new long[values.Length];
        Sampler.Fill(source, noise);
        for (var i = 0; i < values.Length; i++)
        {
            // Holding a coordinate within bounds moves no two values apart; what is not a number counts as 0.
            var count = Math.Round(Math.Clamp(values[i] / step, -LargestCount, LargestCount));
            values[i] = ((double.IsNaN(count) ? 0 : (long)count) + noise[i]) * step;
        }
    }
}
