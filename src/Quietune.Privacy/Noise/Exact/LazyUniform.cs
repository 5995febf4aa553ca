using System.Numerics;

namespace Quietune.Privacy.Noise.Exact;

/// <summary>A uniform real number in [0, 1) of which only so many bits are drawn as a comparison needs.</summary>
internal static class LazyUniform
{
    /// <summary>Whether the uniform that begins with <paramref name="prefix"/> is below a real number.</summary>
    /// <param name="source">Where further bits come from.</param>
    /// <param name="prefix">The bits drawn so far.</param>
    /// <param name="bits">How many those are.</param>
    /// <param name="enclose">Integers around 2^bits times the real number, for any number of bits; never both equal to it.</param>
    public static bool IsBelow<TSource>(TSource source, BigInteger prefix, int bits, Func<int, (BigInteger Low, BigInteger High)> enclose)
        where TSource : INoiseSource
    {
        while (true)
        {
            var (low, high) = enclose(bits);
            if (prefix + 1 <= low)
            {
                return true;
            }

            if (prefix >= high)
            {
                return false;
            }

            prefix = (prefix << 64) + source.NextUInt64();
            bits += 64;
        }
    }
}
