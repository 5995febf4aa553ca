using System.Runtime.CompilerServices;
using MathNet.Numerics.Distributions;

namespace Quietune.Tuning.Geometry.Projections;

/// <summary>The numbers of a random matrix by their place: any part of it can be made again from a public seed.</summary>
/// <remarks>
/// Never for privacy noise. Numerics: the same bits on every platform. A normal number is one of 65,536 equally likely quantiles, scaled to
/// variance 1; its tail ends at 4.3. Source: the finalizer of SplitMix64 (Steele, Lea &amp; Flood 2014) on a keyed counter.
/// </remarks>
internal static class CounterGenerator
{
    private const int QuantileBits = 16;
    private static readonly float[] Quantiles = MakeQuantiles();

    /// <summary>Fills a run of the sequence with N(0, <paramref name="scale"/>²), four numbers from a word.</summary>
    /// <param name="seed">The public seed.</param>
    /// <param name="first">The number of the first word.</param>
    /// <param name="destination">A multiple of four long, but for the end of a row.</param>
    /// <param name="scale">The standard deviation.</param>
    public static void FillNormal(ulong seed, ulong first, Span<float> destination, float scale)
    {
        for (var i = 0; i < destination.Length; i += 4)
        {
            var word = Word(seed, first++);
            for (var j = i; j < Math.Min(i + 4, destination.Length); j++)
            {
                destination[j] = scale * Quantiles[word & 0xFFFF];
                word >>= QuantileBits;
            }
        }
    }

    /// <summary>Fills a run of the sequence with ±<paramref name="scale"/>, 64 signs from a word.</summary>
    /// <param name="seed">The public seed.</param>
    /// <param name="first">The number of the first word.</param>
    /// <param name="destination">What to fill.</param>
    /// <param name="scale">The absolute value.</param>
    public static void FillSigns(ulong seed, ulong first, Span<float> destination, float scale)
    {
        for (var i = 0; i < destination.Length; i += 64)
        {
            var word = Word(seed, first++);
            for (var j = i; j < Math.Min(i + 64, destination.Length); j++)
            {
                destination[j] = (word & 1) == 0 ? scale : -scale;
                word >>= 1;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Word(ulong seed, ulong number)
    {
        var z = Mix(seed + 0x9E3779B97F4A7C15) ^ ((number + 1) * 0x9E3779B97F4A7C15);
        return Mix(z);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    private static float[] MakeQuantiles()
    {
        var count = 1 << QuantileBits;
        var half = Enumerable.Range(0, count / 2).Select(i => Normal.InvCDF(0, 1, (i + 0.5) / count)).ToArray();
        var deviation = Math.Sqrt(2 * half.Sum(z => z * z) / count);
        var quantiles = new float[count];
        for (var i = 0; i < half.Length; i++)
        {
            quantiles[i] = (float)(half[i] / deviation);
            quantiles[count - 1 - i] = -quantiles[i];
        }

        return quantiles;
    }
}
