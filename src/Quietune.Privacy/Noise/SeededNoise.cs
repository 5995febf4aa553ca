using System.Numerics;

namespace Quietune.Privacy.Noise;

/// <summary>A fast, reproducible noise source for tests and experiments: NOT PRIVATE.</summary>
/// <remarks>
/// Guarantee: none. Whoever knows or guesses the 64-bit seed can subtract the noise.
/// Numerics: the same seed gives the same bits on every platform.
/// Source: Blackman and Vigna 2021 (xoshiro256**), seeded by SplitMix64 (Steele, Lea and Flood 2014).
/// </remarks>
public sealed class SeededNoise : INoiseSource
{
    private ulong s0;
    private ulong s1;
    private ulong s2;
    private ulong s3;

    /// <summary>Starts the sequence of <paramref name="seed"/>.</summary>
    public SeededNoise(ulong seed)
    {
        s0 = SplitMix(ref seed);
        s1 = SplitMix(ref seed);
        s2 = SplitMix(ref seed);
        s3 = SplitMix(ref seed);
    }

    /// <inheritdoc />
    public bool IsSecure => false;

    /// <inheritdoc />
    public ulong NextUInt64()
    {
        var result = BitOperations.RotateLeft(s1 * 5, 7) * 9;
        var shifted = s1 << 17;
        s2 ^= s0;
        s3 ^= s1;
        s1 ^= s2;
        s0 ^= s3;
        s2 ^= shifted;
        s3 = BitOperations.RotateLeft(s3, 45);
        return result;
    }

    /// <inheritdoc />
    public void FillUniform(Span<double> destination) => ContinuousNoise.FillUniform(this, destination);

    /// <inheritdoc />
    public void FillNormal(Span<double> destination) => ContinuousNoise.FillNormal(this, destination);

    private static ulong SplitMix(ref ulong state)
    {
        state += 0x9E3779B97F4A7C15;
        var z = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
