using MathNet.Numerics.Distributions;
using Quietune.Auditing.Bounds;

namespace Quietune.Auditing.Tests.Bounds;

/// <summary>The bounds solve the binomial tail equation that defines them.</summary>
public sealed class ClopperPearsonTests
{
    [Theory]
    [InlineData(1, 1, 0.95)]
    [InlineData(7, 20, 0.95)]
    [InlineData(560, 1000, 0.975)]
    [InlineData(1000, 1000, 0.999)]
    public void Lower_IsTheProbabilityAtWhichSoManyAreAsRareAsTheLevel(int successes, int trials, double confidence)
    {
        var lower = ClopperPearson.Lower(successes, trials, confidence);
        Assert.Equal(1 - confidence, 1 - Binomial.CDF(lower, trials, successes - 1), 1e-6);
    }

    [Fact]
    public void Bounds_OfNoneAndAll_ReachTheEnds()
    {
        Assert.Equal(0, ClopperPearson.Lower(0, 10, 0.95));
        Assert.Equal(1, ClopperPearson.Upper(10, 10, 0.95));
        Assert.Equal(1 - Math.Pow(0.05, 0.1), ClopperPearson.Upper(0, 10, 0.95), 1e-6);
    }
}
