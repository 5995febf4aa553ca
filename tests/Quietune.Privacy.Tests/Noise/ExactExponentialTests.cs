using System.Numerics;
using CsCheck;
using Quietune.Privacy.Noise.Exact;

namespace Quietune.Privacy.Tests.Noise;

public sealed class ExactExponentialTests
{
    [Fact]
    public void Enclose_AnyExponent_HoldsTheExponentialAndIsNarrow() => Gen.Select(Gen.ULong, Gen.Int[58, 70]).Sample((numerator, logDenominator) =>
    {
        var (low, high) = ExactExponential.Enclose(numerator, logDenominator, 100);
        var exact = Math.Exp(-(double)numerator / Math.Pow(2, logDenominator) + 100 * Math.Log(2));
        return low <= high && high - low <= 4 && Math.Abs((double)low - exact) <= 4 + 1e-12 * exact;
    }, iter: 300);

    [Fact]
    public void Enclose_MoreBits_LiesWithinFewer() => Gen.ULong.Sample(numerator =>
    {
        var (low, high) = ExactExponential.Enclose(numerator, 61, 64);
        var (finerLow, finerHigh) = ExactExponential.Enclose(numerator, 61, 400);
        return finerLow >= low << 336 && finerHigh <= high << 336 && finerHigh - finerLow <= 4;
    }, iter: 200);

    [Fact]
    public void Enclose_One_MatchesItsDigits() => Assert.Equal(
        BigInteger.Parse("3678794411714423215955237701614608674458111310317678", System.Globalization.CultureInfo.InvariantCulture),
        (ExactExponential.Enclose(1, 0, 300).Low * BigInteger.Pow(10, 52)) >> 300);

    [Fact]
    public void LowerBound_AnyExponent_IsShortByLessThanItsWidth() => Gen.ULong.Sample(exponent =>
    {
        var (low, high) = ExactExponential.Enclose(exponent, FixedExponential.FractionBits, 64);
        var bound = FixedExponential.LowerBound(exponent);
        return bound <= high && bound + (BigInteger)FixedExponential.Width >= high;
    }, iter: 20_000);

    [Theory]
    [InlineData(0UL)]
    [InlineData(1UL)]
    [InlineData((1UL << 45) - 1)]
    [InlineData((1UL << 61) - 1)]
    [InlineData(ulong.MaxValue)]
    public void LowerBound_EdgesOfTheTables_IsShortByLessThanItsWidth(ulong exponent)
    {
        var high = ExactExponential.Enclose(exponent, FixedExponential.FractionBits, 64).High;
        Assert.True(FixedExponential.LowerBound(exponent) <= high);
        Assert.True(FixedExponential.LowerBound(exponent) + (BigInteger)FixedExponential.Width >= high);
    }

    [Fact]
    public void Draw_PrefixOnAThreshold_SettlesByFurtherBits()
    {
        // P(0) = 1/Σe^{−k²/2}: its first 33 bits leave the answer to the next word.
        var prefix = (ulong)Math.Floor(Math.Pow(2, 33) / Enumerable.Range(0, 20).Sum(k => Math.Exp(-k * k / 2.0)));
        Assert.Equal(0, HalfNormalStep.Draw(new ScriptedWords(0), prefix));
        Assert.Equal(1, HalfNormalStep.Draw(new ScriptedWords(ulong.MaxValue), prefix));
        Assert.Equal(0, HalfNormalStep.Draw(new ScriptedWords(), prefix - 1));
        Assert.Equal(1, HalfNormalStep.Draw(new ScriptedWords(), prefix + 1));
    }

    [Fact]
    public void Draw_LargestPrefixAndWords_ReachesTheFarTail()
    {
        var words = new ScriptedWords(ulong.MaxValue, ulong.MaxValue, 0);
        Assert.InRange(HalfNormalStep.Draw(words, (1UL << 33) - 1), 14, 16);     // 2⁻¹⁶¹ is left: e^{−k²/2} at k = 15
    }
}
