namespace Quietune.Privacy.Noise;

/// <summary>The exponential mechanism on a ball: a discrete Gaussian around the values, on the lattice points of a ball around zero.</summary>
/// <remarks>
/// Guarantee: ε-differential privacy with δ = 0, for neighbours whose values differ by at most the sensitivity; the privacy loss even spans no more than ε.
/// Numerics: the law is exact on the machine; the ball's membership is decided in integers. How many tries a draw takes depends a little on the values, and so
/// does the time. Source: McSherry and Talwar 2007; derived in docs/derivations/pure-dp.md.
/// </remarks>
public sealed class TruncatedLatticeNoise
{
    private const double LeastAcceptance = 0.5;

    // What the rounding of a few doubles may add to ε, many times over.
    private const double Margin = 1 + 1e-12;

    private const double MostSteps = 1L << 52;

    private readonly UInt128 squaredRadius;

    /// <summary>Makes the mechanism.</summary>
    /// <param name="epsilon">ε, finite and above 0.</param>
    /// <param name="sensitivity">Δ, finite and above 0: how far neighbours' values are apart in Euclidean length.</param>
    /// <param name="dimension">k, from 1 to 2²⁰.</param>
    /// <param name="largestNorm">The length to which longer values are shortened, finite and above 0.</param>
    /// <param name="radius">The ball's radius, above the largest norm; null for the smallest with which at least half of the tries are kept.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range, or ε is so small that tries would be kept too rarely; the message names
    /// the smallest ε that this radius allows.</exception>
    public TruncatedLatticeNoise(double epsilon, double sensitivity, int dimension, double largestNorm, double? radius = null)
    {
        RequirePositive(epsilon, nameof(epsilon));
        RequirePositive(sensitivity, nameof(sensitivity));
        RequirePositive(largestNorm, nameof(largestNorm));
        if (dimension is not (>= 1 and <= 1 << 20))
        {
            throw new ArgumentOutOfRangeException(nameof(dimension), $"Expected dimension from 1 to {1 << 20}, got {dimension}.");
        }

        (Epsilon, Sensitivity, Dimension, LargestNorm) = (epsilon, sensitivity, dimension, largestNorm);
        Radius = radius ?? SmallestRadius();
        if (double.IsInfinity(Radius))
        {
            throw new ArgumentOutOfRangeException(nameof(epsilon), $"Expected a larger epsilon for {dimension} coordinates, got {epsilon}: no ball is large enough.");
        }

        RequirePositive(Radius, nameof(radius));
        if (Radius <= largestNorm)
        {
            throw new ArgumentOutOfRangeException(nameof(radius), $"Expected a radius above the largest norm {largestNorm}, got {Radius}.");
        }

        Scale = ScaleAt(epsilon, Radius);
        AcceptanceBound = AcceptanceAt(Scale, Radius);
        if (AcceptanceBound < LeastAcceptance)
        {
            throw new ArgumentOutOfRangeException(
                nameof(epsilon), $"Expected epsilon of at least {SmallestEpsilon():G6} for {dimension} coordinates in a ball of radius {Radius:G6}, got {epsilon}: draws would be kept too rarely.");
        }

        if (Radius / LatticeNoise.StepOf(Scale) > MostSteps)
        {
            // Beyond this a double no longer holds every half step, and rounding might move values further apart than is accounted for.
            throw new ArgumentOutOfRangeException(nameof(epsilon), $"Expected a smaller epsilon in a ball of radius {Radius:G6}, got {epsilon}: its lattice would be too fine.");
        }

        var steps = (UInt128)Math.Floor(Radius / LatticeNoise.StepOf(Scale));
        squaredRadius = steps * steps;
    }

    /// <summary>ε.</summary>
    public double Epsilon { get; }

    /// <summary>Δ.</summary>
    public double Sensitivity { get; }

    /// <summary>k.</summary>
    public int Dimension { get; }

    /// <summary>The length to which longer values are shortened.</summary>
    public double LargestNorm { get; }

    /// <summary>The radius of the ball.</summary>
    public double Radius { get; }

    /// <summary>The standard deviation before truncation: √(2·Δ′·R/ε), with Δ′ the sensitivity after rounding to the lattice.</summary>
    public double Scale { get; }

    /// <summary>A lower bound on the probability with which a try is kept, whatever the values.</summary>
    public double AcceptanceBound { get; }

    /// <summary>Draws, in place of the values.</summary>
    /// <param name="values">k values; on return, the outcome.</param>
    /// <param name="source">Where the noise comes from.</param>
    /// <returns>How many tries it took; as private as the values.</returns>
    /// <exception cref="ArgumentException">There are not k values.</exception>
    public int Release(Span<double> values, INoiseSource source)
    {
        if (values.Length != Dimension)
        {
            throw new ArgumentException($"Expected {Dimension} values, got {values.Length}.", nameof(values));
        }

        var step = LatticeNoise.StepOf(Scale);
        var centre = Centre(values, step);
        var outcome = new long[Dimension];
        for (var tries = 1; ; tries++)
        {
            LatticeNoise.Fill(source, outcome);
            UInt128 square = 0;
            for (var i = 0; i < outcome.Length; i++)
            {
                outcome[i] += centre[i];
                var size = (UInt128)(ulong)Math.Abs(outcome[i]);
                square += size * size;
            }

            if (square <= squaredRadius)
            {
                for (var i = 0; i < outcome.Length; i++)
                {
                    values[i] = outcome[i] * step;
                }

                return tries;
            }
        }
    }

    private static void RequirePositive(double value, string name)
    {
        if (!double.IsFinite(value) || value <= 0)
        {
            throw new ArgumentOutOfRangeException(name, $"Expected {name} to be finite and above 0, got {value}.");
        }
    }

    /// <summary>The values, shortened to the largest norm, in steps. Shortening moves no two of them apart.</summary>
    private long[] Centre(Span<double> values, double step)
    {
        var square = 0.0;
        foreach (var value in values)
        {
            square += double.IsFinite(value) ? value * value : 0;
        }

        var share = Math.Min(1, LargestNorm / Math.Sqrt(square));
        var centre = new long[values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            centre[i] = double.IsFinite(values[i]) ? (long)Math.Round(values[i] * share / step) : 0;
        }

        return centre;
    }

    /// <summary>σ with σ² = 2·Δ′·R/ε, where Δ′ = Δ + 2√k·σ·2⁻³⁰.</summary>
    private double ScaleAt(double epsilon, double radius)
    {
        // σ² − b·σ − c = 0.
        var b = 2 * LatticeNoise.RoundingOf(Dimension, 1) * radius / epsilon;
        var c = 2 * Sensitivity * radius / epsilon;
        return (b / 2 + Math.Sqrt(b * b / 4 + c)) * Margin;
    }

    /// <summary>1 − e^−x where R²/σ² = k + λ + 2√((k + 2λ)x) + 2x, λ = S²/σ².</summary>
    /// <remarks>Source: Birgé 2001, lemma 8.1, for the noncentral chi-square; the chance falls as the values grow longer.</remarks>
    private double AcceptanceAt(double scale, double radius)
    {
        var lambda = LargestNorm / scale * (LargestNorm / scale);
        var excess = radius / scale * (radius / scale) - Dimension - lambda;
        if (!(excess > 0))
        {
            return 0;
        }

        var spread = Dimension + 2 * lambda;
        var root = excess / (Math.Sqrt(spread) + Math.Sqrt(spread + 2 * excess));
        return 1 - Math.Exp(-root * root);
    }

    private double SmallestRadius() => Smallest(LargestNorm, radius => AcceptanceAt(ScaleAt(Epsilon, radius), radius) >= LeastAcceptance);

    private double SmallestEpsilon() => Smallest(Epsilon, epsilon => AcceptanceAt(ScaleAt(epsilon, Radius), Radius) >= LeastAcceptance);

    /// <summary>The smallest number from a start on that fits, to 1e-9 relative, rounded up.</summary>
    private static double Smallest(double start, Func<double, bool> fits)
    {
        var (low, high) = (start, 2 * start);
        while (!fits(high) && double.IsFinite(high))
        {
            (low, high) = (high, 2 * high);
        }

        while (high - low > 1e-9 * high)
        {
            var middle = (low + high) / 2;
            (low, high) = fits(middle) ? (low, middle) : (middle, high);
        }

        return high;
    }
}
