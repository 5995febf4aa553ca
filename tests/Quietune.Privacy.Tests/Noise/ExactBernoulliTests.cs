using Quietune.Privacy.Noise;

namespace Quietune.Privacy.Tests.Noise;

public sealed class ExactBernoulliTests
{
    [Theory]
    [InlineData(0.01)]
    [InlineData(0.5)]
    [InlineData(0.999)]
    public void Draw_Probability_IsMetAndItsNeighboursAreNot(double probability)
    {
        var source = new SecureNoise();
        const int count = 1_000_000;
        var hits = Enumerable.Range(0, count).Count(_ => ExactBernoulli.Draw(source, probability));
        var deviation = Math.Sqrt(count * probability * (1 - probability));
        Assert.InRange(hits, count * probability - 4.9 * deviation, count * probability + 4.9 * deviation);

        // Power: half of the distance to the nearer end is seen.
        var other = probability - 0.5 * Math.Min(probability, 1 - probability);
        Assert.True(Math.Abs(hits - count * other) > 4.9 * deviation);
    }

    [Fact]
    public void Draw_Fraction_IsMet()
    {
        var source = new SecureNoise();
        var hits = Enumerable.Range(0, 900_000).Count(_ => ExactBernoulli.Draw(source, 1, 3));
        Assert.InRange(hits, 300_000 - 2200, 300_000 + 2200);
    }

    [Fact]
    public void Draw_FirstBitsEqual_LooksAtTheNext()
    {
        // 2⁻⁷⁰ is 2⁻⁶ of the unit in the 64th place.
        Assert.True(ExactBernoulli.Draw(new ScriptedWords(0, (1UL << 58) - 1), Math.ScaleB(1, -70)));
        Assert.False(ExactBernoulli.Draw(new ScriptedWords(0, 1UL << 58), Math.ScaleB(1, -70)));
        Assert.False(ExactBernoulli.Draw(new ScriptedWords(1), Math.ScaleB(1, -70)));
        Assert.False(ExactBernoulli.Draw(new ScriptedWords(1UL << 63), 0.5));
        Assert.True(ExactBernoulli.Draw(new ScriptedWords((1UL << 63) - 1), 0.5));
    }

    [Fact]
    public void Draw_FractionOfAnAwkwardDenominator_DrawsBiasedWordsAgain()
    {
        var words = new ScriptedWords(ulong.MaxValue, 0);
        Assert.True(ExactBernoulli.Draw(words, 1, 3));
        Assert.Equal(2, words.Drawn);
    }

    [Fact]
    public void Draw_Certainties_AreCertain()
    {
        Assert.True(ExactBernoulli.Draw(new SecureNoise(), 1.0));
        Assert.False(ExactBernoulli.Draw(new SecureNoise(), 0.0));
        Assert.True(ExactBernoulli.Draw(new ScriptedWords(ulong.MaxValue), ulong.MaxValue, ulong.MaxValue));
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    [InlineData(double.NaN)]
    public void Draw_NotAProbability_Throws(double probability) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => ExactBernoulli.Draw(new SecureNoise(), probability));
}
