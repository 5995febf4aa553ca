namespace Quietune.Privacy.Noise.Exact;

/// <summary>A lower bound of 2⁶⁴·e^−γ that is short by less than <see cref="Width"/>, in 64-bit integer arithmetic.</summary>
/// <remarks>
/// γ is split into its integer part, two bytes and the rest r &lt; 2⁻¹⁶; the first three have tables and e^−r ≥ 1 − r + r²/2 − r³/6.
/// The bound on the error is counted in docs/derivations/secure-noise.md.
/// </remarks>
internal static class FixedExponential
{
    /// <summary>The fractional bits of γ.</summary>
    public const int FractionBits = 61;

    /// <summary>How far the bound may lie below the truth, in units of 2⁻⁶⁴, rounded up generously.</summary>
    public const ulong Width = 16;

    private static readonly ulong[] Whole = Table(8, 0);
    private static readonly ulong[] FirstByte = Table(256, 8);
    private static readonly ulong[] SecondByte = Table(256, 16);

    /// <summary>The lower bound.</summary>
    /// <param name="exponent">γ·2⁶¹, so that γ is below 8.</param>
    public static ulong LowerBound(ulong exponent)
    {
        var rest = (exponent & ((1UL << 45) - 1)) << 3;
        var square = Math.BigMul(rest, rest, out _);
        var cube = Math.BigMul(square, rest, out _);
        var small = unchecked(0UL - rest + (square >> 1) - (cube / 6 + 1));
        var product = Math.BigMul(Whole[exponent >> FractionBits], FirstByte[(exponent >> 53) & 255], out _);
        product = Math.BigMul(product, SecondByte[(exponent >> 45) & 255], out _);
        return Math.BigMul(product, small, out _);
    }

    /// <summary>⌊2⁶⁴·e^{−i/2^shift}⌋, and one less for e⁰.</summary>
    private static ulong[] Table(int count, int shift)
    {
        var values = new ulong[count];
        values[0] = ulong.MaxValue;
        for (var i = 1; i < count; i++)
        {
            values[i] = (ulong)(ExactExponential.Enclose(i, shift, 128).Low >> 64);
        }

        return values;
    }
}
