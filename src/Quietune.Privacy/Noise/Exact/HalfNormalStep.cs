using System.Numerics;

namespace Quietune.Privacy.Noise.Exact;

/// <summary>The law of k = 0, 1, 2, … with P(k) ∝ e^{−k²/2}.</summary>
internal static class HalfNormalStep
{
    /// <summary>The bits of a first, cheap comparison.</summary>
    public const int PrefixBits = 33;

    /// <summary>⌊2³³·P(k ≤ m)⌋ for m = 0, …, 6; from there on the floor is 2³³ − 1.</summary>
    private static readonly ulong[] Thresholds = [.. Enumerable.Range(0, 7).Select(m => (ulong)(Cumulative(m, 128).Low >> (128 - PrefixBits)))];

    /// <summary>Draws k from a uniform that begins with 33 given bits.</summary>
    public static int Draw<TSource>(TSource source, ulong prefix)
        where TSource : INoiseSource
    {
        var k = 0;
        foreach (var threshold in Thresholds)
        {
            k += prefix >= threshold ? 1 : 0;
        }

        return k > 0 && prefix == Thresholds[k - 1] ? Settle(source, prefix, k - 1) : k;
    }

    /// <summary>k, at least <paramref name="least"/>, when the prefix alone does not tell.</summary>
    private static int Settle<TSource>(TSource source, ulong prefix, int least)
        where TSource : INoiseSource
    {
        // All comparisons must meet the same uniform, so its further bits are kept.
        var words = new List<ulong>();
        for (var k = least; ; k++)
        {
            var replay = new Replay(source, words);
            if (LazyUniform.IsBelow(replay, prefix, PrefixBits, bits => Cumulative(k, bits)))
            {
                return k;
            }
        }
    }

    /// <summary>Encloses 2^bits·P(k ≤ m).</summary>
    private static (BigInteger Low, BigInteger High) Cumulative(int m, int bits)
    {
        var precision = bits + 32;
        var last = Math.Max(m, (int)Math.Sqrt(2 * precision)) + 1;
        var (partLow, partHigh, allLow, allHigh) = (BigInteger.Zero, BigInteger.Zero, BigInteger.Zero, BigInteger.Zero);
        for (var k = 0; k <= last; k++)
        {
            var (low, high) = ExactExponential.Enclose(k * k, 1, precision);
            (allLow, allHigh) = (allLow + low, allHigh + high);
            if (k <= m)
            {
                (partLow, partHigh) = (partLow + low, partHigh + high);
            }
        }

        // The terms left out are fewer than twice the first of them, since each is less than half the one before.
        allHigh += 2 * ExactExponential.Enclose((last + 1) * (last + 1), 1, precision).High;
        return ((partLow << bits) / allHigh, (partHigh << bits) / allLow + 1);
    }

    /// <summary>Gives words already drawn before it draws new ones.</summary>
    private sealed class Replay(INoiseSource source, List<ulong> words) : INoiseSource
    {
        private int next;

        public bool IsSecure => source.IsSecure;

        public ulong NextUInt64()
        {
            if (next == words.Count)
            {
                words.Add(source.NextUInt64());
            }

            return words[next++];
        }

        public void FillUniform(Span<double> destination) => throw new NotSupportedException();

        public void FillNormal(Span<double> destination) => throw new NotSupportedException();
    }
}
