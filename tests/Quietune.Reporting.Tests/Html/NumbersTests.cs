using Quietune.Reporting.Html;

namespace Quietune.Reporting.Tests.Html;

public sealed class NumbersTests
{
    [Theory]
    [InlineData(0, "0")]
    [InlineData(1, "1")]
    [InlineData(-0.25, "−0.25")]
    [InlineData(0.26805114, "0.2681")]
    [InlineData(2.71828, "2.718")]
    [InlineData(26010, "26,010")]
    [InlineData(1e-5, "10⁻⁵")]
    [InlineData(1.2e-7, "1.2 × 10⁻⁷")]
    [InlineData(3e12, "3 × 10¹²")]
    [InlineData(double.PositiveInfinity, "∞")]
    [InlineData(double.NaN, "–")]
    public void Short_AnySize_IsReadable(double value, string expected) => Assert.Equal(expected, Numbers.Short(value));

    [Theory]
    [InlineData(0.0123, "12 ms")]
    [InlineData(0.00123, "1.2 ms")]
    [InlineData(0.213, "0.21 s")]
    [InlineData(9.96, "10 s")]
    [InlineData(119.6, "2 min 0 s")]
    [InlineData(3725, "62 min 5 s")]
    public void Duration_AnyLength_HasItsUnit(double seconds, string expected) =>
        Assert.Equal(expected, Numbers.Duration(seconds).Replace('\u202F', ' '));

    [Fact]
    public void PercentAtMost_Bound_IsNeverRoundedDown() => Assert.Equal("55.4\u202F%", Numbers.PercentAtMost(0.55301));

    [Fact]
    public void Points_Loss_HasATrueMinus() => Assert.Equal("−1.5 points", Numbers.Points(-0.015));
}
