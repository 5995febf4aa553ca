using System.Numerics;
using System.Runtime.CompilerServices;
using Quietune.Privacy.Noise.Exact;

namespace Quietune.Privacy.Noise;

/// <summary>The exact discrete Gaussian on the integers, P(n) ∝ e^{−n²/(2σ²)}, with σ a power of two.</summary>
/// <remarks>
/// Guarantee: the law is exact if the words of the source are uniform. Every decision compares integers; no floating-point number takes part.
/// Source: the law and its privacy, Canonne, Kamath and Steinke 2020; the way to draw it, after Karney 2016, algorithm D; docs/derivations/secure-noise.md.
/// </remarks>
public sealed class DiscreteGaussian
{
    /// <summary>The largest log₂ σ.</summary>
    public const int LargestLogScale = 30;

    private readonly int logScale;

    /// <summary>Makes a sampler.</summary>
    /// <param name="logScale">log₂ σ, from 0 to 30.</param>
    /// <exception cref="ArgumentOutOfRangeException">The scale is outside its range.</exception>
    public DiscreteGaussian(int logScale)
    {
        if (logScale is not (>= 0 and <= LargestLogScale))
        {
            throw new ArgumentOutOfRangeException(nameof(logScale), $"Expected logScale from 0 to {LargestLogScale}, got {logScale}.");
        }

        this.logScale = logScale;
    }

    /// <summary>Fills <paramref name="destination"/> with independent draws.</summary>
    /// <param name="source">Where the words come from.</param>
    /// <param name="destination">The draws.</param>
    public void Fill(INoiseSource source, Span<long> destination)
    {
        ArgumentNullException.ThrowIfNull(source);

        // A known class is called directly, which is faster than through its interface.
        if (source is SecureNoise secure)
        {
            FillFrom(secure, destination);
        }
        else
        {
            FillFrom(source, destination);
        }
    }

    private void FillFrom<TSource>(TSource source, Span<long> destination)
        where TSource : INoiseSource
    {
        foreach (ref var value in destination)
        {
            value = Draw(source);
        }
    }

    /// <summary>n = ±(k·σ + j): k with weight e^{−k²/2}, j uniform below σ, kept with probability e^{−x(2k + x)/2} at x = j/σ.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private long Draw<TSource>(TSource source)
        where TSource : INoiseSource
    {
        while (true)
        {
            // One word holds 33 bits for k, up to 30 for j and the sign.
            var word = source.NextUInt64();
            var k = HalfNormalStep.Draw(source, word >> (64 - HalfNormalStep.PrefixBits));
            var j = (word >> 1) & ((1UL << logScale) - 1);
            var magnitude = ((ulong)k << logScale) + j;
            if (IsKept(source, k, j))
            {
                if ((word & 1) == 0)
                {
                    return (long)magnitude;
                }

                // Zero has one sign only.
                if (magnitude != 0)
                {
                    return -(long)magnitude;
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool IsKept<TSource>(TSource source, int k, ulong j)
        where TSource : INoiseSource
    {
        var uniform = source.NextUInt64();
        if (k < 8)
        {
            // x(2k + x)/2 = j(2kσ + j)/(2σ²) in units of 2⁻⁶¹; below 2⁶⁴ as k < 8 and j < σ.
            var exponent = (j * (((ulong)k << (logScale + 1)) + j)) << (FixedExponential.FractionBits - 1 - 2 * logScale);
            var bound = FixedExponential.LowerBound(exponent);
            if (uniform < bound)
            {
                return true;
            }

            if (uniform - bound >= FixedExponential.Width)
            {
                return false;
            }
        }

        return Settle(source, uniform, k, j);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool Settle<TSource>(TSource source, ulong uniform, int k, ulong j)
        where TSource : INoiseSource
    {
        var numerator = j * ((new BigInteger(k) << (logScale + 1)) + j);
        return numerator.IsZero || LazyUniform.IsBelow(source, uniform, 64, bits => ExactExponential.Enclose(numerator, 2 * logScale + 1, bits));
    }
}
