using Quietune.Privacy.Budgets;

namespace Quietune.Privacy.Tests.Budgets;

public sealed class PrivacyBudgetTests
{
    [Theory]
    [InlineData(0, 1e-5)]
    [InlineData(-1, 1e-5)]
    [InlineData(double.NaN, 1e-5)]
    [InlineData(double.PositiveInfinity, 1e-5)]
    [InlineData(1, 1)]
    [InlineData(1, -1e-9)]
    [InlineData(1, double.NaN)]
    public void Constructor_OutsideItsRange_Throws(double epsilon, double delta)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => new PrivacyBudget(epsilon, delta));
        Assert.Contains("got", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1e-300, false)]
    public void IsPure_ByDelta_IsTrueForZeroAlone(double delta, bool isPure) => Assert.Equal(isPure, new PrivacyBudget(1, delta).IsPure);
}
