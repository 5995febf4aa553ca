using Quietune.Privacy.Noise;

namespace Quietune.Privacy.Tests.Noise;

public sealed class UniformIntegerTests
{
    [Theory]
    [InlineData(10, 9)]
    [InlineData(3, 2)]
    [InlineData(7, 0)]
    public void Below_WordOfTheLastIncompleteRun_IsDrawnAgain(ulong bound, ulong expected)
    {
        // 2⁶⁴ is a multiple of none of these bounds, so its last word is of the incomplete run: kept, it would make small numbers likelier.
        var words = new ScriptedWords(ulong.MaxValue, (5 * bound) + expected);
        Assert.Equal(expected, UniformInteger.Below(words, bound));
        Assert.Equal(2, words.Drawn);
    }

    [Fact]
    public void Below_PowerOfTwo_NeedsNoSecondWord()
    {
        var words = new ScriptedWords(ulong.MaxValue);
        Assert.Equal(15UL, UniformInteger.Below(words, 16));
        Assert.Equal(1, words.Drawn);
    }

    [Fact]
    public void Below_Zero_IsRefused() => Assert.Throws<ArgumentOutOfRangeException>(() => UniformInteger.Below(new ScriptedWords(), 0));
}
