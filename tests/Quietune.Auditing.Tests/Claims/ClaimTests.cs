using Quietune.Auditing.Claims;
using Quietune.Privacy.Accounting;
using Quietune.Privacy.Profiles;

namespace Quietune.Auditing.Tests.Claims;

/// <summary>What right guesses mean for a promise: the largest accuracy it allows gives back the promise, and no more.</summary>
public sealed class ClaimTests
{
    [Theory]
    [InlineData(0.268051, 1)]
    [InlineData(0.924931, 4)]
    public void Gaussian_LargestAccuracy_GivesThePromiseBack(double mu, double epsilon)
    {
        var claim = new GaussianClaim(mu, 1e-5);
        Assert.Equal(epsilon, claim.Epsilon, 1e-3);
        Assert.Equal((1 + GaussianProfile.DeltaOf(mu, 0)) / 2, claim.LargestAccuracy, 1e-12);
        Assert.Equal(claim.Epsilon, claim.EpsilonOf(claim.LargestAccuracy), 1e-6);
        Assert.True(claim.EpsilonOf(claim.LargestAccuracy + 0.001) > claim.Epsilon);
        Assert.Equal(0, claim.EpsilonOf(0.5));
    }

    [Fact]
    public void Schedule_OfOneFullRound_IsTheGaussian()
    {
        var schedule = ScheduleClaim.Of(factor => new GaussianEvent(2 * factor), 1e-5);
        var gaussian = new GaussianClaim(0.5, 1e-5);
        Assert.Equal(gaussian.LargestAccuracy, schedule.LargestAccuracy, 1e-9);
        Assert.Equal(gaussian.EpsilonOf(0.58), schedule.EpsilonOf(0.58), 0.01);
    }

    [Fact]
    public void Schedule_OfSampledRounds_GivesThePromiseBack()
    {
        var claim = ScheduleClaim.Of(factor => new SelfComposedEvent(new PoissonSampledEvent(0.2, new GaussianEvent(1.1 * factor)), 5), 1e-5);
        var again = claim.EpsilonOf(claim.LargestAccuracy);
        Assert.InRange(again, claim.Epsilon * 0.99, claim.Epsilon * 1.0001);
        Assert.True(claim.EpsilonOf(claim.LargestAccuracy + 0.02) > claim.Epsilon);
    }

    [Fact]
    public void Pure_LargestAccuracy_GivesThePromiseBack()
    {
        var claim = new PureClaim(1.5);
        Assert.Equal(1.5, claim.EpsilonOf(claim.LargestAccuracy), 1e-12);
        Assert.Equal(Math.Exp(1.5) * 0.01, claim.LargestHitRate(0.01), 1e-12);
        Assert.Equal(1 - (Math.Exp(-1.5) * 0.1), claim.LargestHitRate(0.9), 1e-12);
    }

    [Fact]
    public void AnyMechanism_IsRandomisedResponse()
    {
        // Randomised response with ε is right with probability e^ε/(1 + e^ε), the most that pure privacy allows.
        var claim = new GaussianClaim(1, 1e-12);
        Assert.Equal(2, claim.EpsilonOfAny(1 / (1 + Math.Exp(-2))), 1e-9);
        Assert.Equal(0, claim.EpsilonOfAny(0.4));
        Assert.Equal(double.PositiveInfinity, claim.EpsilonOfAny(1));
    }
}
