using System.Numerics;

namespace Quietune.Data;

/// <summary>A reproducible generator for public shuffles and generated data; never for privacy noise, for its state can be guessed.</summary>
/// <remarks>
/// Numerics: the same numbers on every platform; integer arithmetic only.
/// Source: xoshiro256** of Blackman and Vigna 2021 (Scrambled linear pseudorandom number generators), seeded by SplitMix64 of Steele, Lea and Flood 2014.
/// </remarks>
public sealed class SeededGenerator
{
    private ulong state0;
    private ulong state1;
    private ulong state2;
    private ulong state3;

    /// <summary>Starts the sequence of a seed.</summary>
    /// <param name="seed">Any number.</param>
    /// <param name="stream">Number of an independent sequence under the same seed, such as a row number.</param>
    public SeededGenerator(ulong seed, ulong stream = 0)
    {
        var key = Mix(seed) ^ Mix(stream + 0x6A09E667F3BCC909);
        state0 = Mix(key += Golden);
        state1 = Mix(key += Golden);
        state2 = Mix(key += Golden);
        state3 = Mix(key + Golden) | 1;
    }

    private const ulong Golden = 0x9E3779B97F4A7C15;

    /// <summary>A uniform 64-bit number.</summary>
    public ulong Next()
    {
        var result = BitOperations.RotateLeft(state1 * 5, 7) * 9;
        var shifted = state1 << 17;
        state2 ^= state0;
        state3 ^= state1;
        state1 ^= state2;
        state0 ^= state3;
        state2 ^= shifted;
        state3 = BitOperations.RotateLeft(state3, 45);
        return result;
    }

    /// <summary>A uniform number in [0, 1), a multiple of 2⁻⁵³.</summary>
    public double NextDouble() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>A uniform integer in [0, bound), without bias (Lemire 2019, Fast random integer generation in an interval).</summary>
    /// <param name="bound">At least one.</param>
    /// <exception cref="ArgumentOutOfRangeException">The bound is below one.</exception>
    public int Next(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bound, 1);
        var high = Math.BigMul(Next(), (ulong)bound, out var low);
        var threshold = unchecked(0UL - (ulong)bound) % (ulong)bound;
        while (low < threshold)
        {
            high = Math.BigMul(Next(), (ulong)bound, out low);
        }

        return (int)high;
    }

    /// <summary>Puts the items in a uniformly random order, in place (Fisher and Yates 1938).</summary>
    /// <param name="items">The items to move.</param>
    public void Shuffle<T>(Span<T> items)
    {
        for (var last = items.Length - 1; last > 0; last--)
        {
            var chosen = Next(last + 1);
            (items[last], items[chosen]) = (items[chosen], items[last]);
        }
    }

    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
