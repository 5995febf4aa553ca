using System.Numerics;

namespace Quietune.Privacy.Noise.Exact;

/// <summary>Encloses e^−x between integers, for any rational x with a power of two below, to any number of bits.</summary>
internal static class ExactExponential
{
    private const int GuardBits = 64;

    /// <summary>Integers with Low ≤ 2^bits·e^−x ≤ High, x = numerator/2^logDenominator ≥ 0; they differ by a few units.</summary>
    public static (BigInteger Low, BigInteger High) Enclose(BigInteger numerator, int logDenominator, int bits)
    {
        // e^−x = (e^{−x/2^s})^{2^s}, with x/2^s ≤ 1/2; each squaring may double the relative error, so it gets a bit of its own.
        var halvings = (int)Math.Max(0, numerator.GetBitLength() - logDenominator + 1);
        var precision = bits + GuardBits + halvings;
        var (low, high) = Series(numerator, logDenominator + halvings, precision);
        for (var i = 0; i < halvings; i++)
        {
            (low, high) = ((low * low) >> precision, ((high * high) >> precision) + 1);
        }

        return (low >> (precision - bits), (high >> (precision - bits)) + 1);
    }

    /// <summary>1 − y + y²/2 − y³/6 + …, whose partial sums lie on both sides of e^−y in turn.</summary>
    private static (BigInteger Low, BigInteger High) Series(BigInteger numerator, int logDenominator, int precision)
    {
        var one = BigInteger.One << precision;
        var (termLow, termHigh) = (one, one);
        var (low, high) = (one, one);
        for (var n = 1; termHigh > 1; n++)
        {
            termLow = ((termLow * numerator) >> logDenominator) / n;
            termHigh = (((termHigh * numerator) >> logDenominator) + 1) / n + 1;
            (low, high) = n % 2 == 1 ? (low - termHigh, high - termLow) : (low + termLow, high + termHigh);
        }

        // What is left out is less than the last term, which is one unit or none.
        return (low - 2, BigInteger.Min(one, high + 2));
    }
}
