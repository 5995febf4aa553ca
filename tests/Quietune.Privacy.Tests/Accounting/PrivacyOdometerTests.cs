using CsCheck;
using Quietune.Privacy.Accounting;
using Quietune.Privacy.Budgets;
using Quietune.Privacy.Profiles;

namespace Quietune.Privacy.Tests.Accounting;

public sealed class PrivacyOdometerTests
{
    private static readonly PrivacyEvent Sampled = new SelfComposedEvent(new PoissonSampledEvent(0.02, new GaussianEvent(1.1)), 300);

    [Fact]
    public void EpsilonOf_NothingSpent_IsZero()
    {
        Assert.Equal(0, PrivacyOdometer.EpsilonOf([], 1e-5));
        Assert.Equal(0, PrivacyOdometer.EpsilonOf([], 0));
    }

    [Fact]
    public void EpsilonOf_ThousandsOfDifferentGaussians_IsTheClosedFormAndNeverBelow()
    {
        var multipliers = Enumerable.Range(1, 6400).Select(i => 200 + i / 7.0).ToArray();
        var mu = Math.Sqrt(multipliers.Sum(sigma => 1 / (sigma * sigma)));
        var epsilon = PrivacyOdometer.EpsilonOf([.. multipliers.Select(sigma => new GaussianEvent(sigma))], 1e-6);
        Assert.InRange(epsilon / GaussianProfile.EpsilonOf(mu, 1e-6), 1 - 1e-13, 1 + 1e-10);
    }

    [Fact]
    public void EpsilonOf_SampledReleases_IsThatOfTheLossDistributionAndNotTheSumOfParts()
    {
        var whole = PrivacyOdometer.EpsilonOf([Sampled, Sampled, new GaussianEvent(3)], 1e-6);
        var parts = 2 * PrivacyOdometer.EpsilonOf([Sampled], 1e-6) + PrivacyOdometer.EpsilonOf([new GaussianEvent(3)], 1e-6);
        Assert.Equal(new PldAccountant().Curve(new ComposedEvent(new GaussianEvent(3), new SelfComposedEvent(Sampled, 2))).EpsilonOf(1e-6), whole, 1e-6);
        Assert.True(whole < 0.8 * parts);
    }

    [Fact]
    public void EpsilonOf_SelectionAmongOthers_IsBoundedByRenyi()
    {
        PrivacyEvent[] events = [new GaussianEvent(3), new SelectionEvent(new GaussianEvent(5), new PoissonTrials(10))];
        Assert.Equal(new RdpAccountant().Account(new ComposedEvent(events)).EpsilonOf(1e-6), PrivacyOdometer.EpsilonOf(events, 1e-6));
        Assert.Equal(double.PositiveInfinity, PrivacyOdometer.EpsilonOf(events, 0));
    }

    [Fact]
    public void EpsilonOf_PureReleasesAtDeltaZero_Add() =>
        Assert.Equal(0.75, PrivacyOdometer.EpsilonOf([new PureEvent(0.25), new ExponentialMechanismEvent(0.5)], 0), 1e-12);

    [Fact]
    public void Consider_LastReleaseThatFits_IsTakenAndTheNextRefused()
    {
        var cap = new PrivacyBudget(1, 1e-5);
        var each = new GaussianEvent(Math.Sqrt(4) / GaussianProfile.MuOf(cap) * (1 + 1e-9));
        Assert.Equal(new FilterDecision(0, PrivacyOdometer.EpsilonOf([each], 1e-5), true), PrivacyOdometer.Consider([], each, cap));
        Assert.True(PrivacyOdometer.Consider([each, each, each], each, cap).Fits);
        var fifth = PrivacyOdometer.Consider([each, each, each, each], each, cap);
        Assert.False(fifth.Fits);
        Assert.InRange(fifth.Before, 1 - 1e-8, 1);
        Assert.InRange(fifth.After, 1.1, 1.2);
    }

    [Fact]
    public void Consider_PlanCalibratedToTheCap_Fits() => Gen.Select(Gen.Double[-4, 3], Gen.Double[-25, -1], Gen.Int[1, 5000]).Sample((logEpsilon, logDelta, rounds) =>
    {
        // A plan for the whole budget, in one draw or in many rounds, must not be refused for the last bit.
        var cap = new PrivacyBudget(Math.Exp(logEpsilon), Math.Exp(logDelta));
        var perRound = Math.BitDecrement(Math.BitDecrement(GaussianProfile.MuOf(cap) / Math.Sqrt(rounds)));
        return PrivacyOdometer.Consider([], new SelfComposedEvent(new GaussianEvent(1 / perRound), rounds), cap).Fits;
    }, iter: 500);

    [Fact]
    public void Consider_ReplaceOne_CostsMore()
    {
        var cap = new PrivacyBudget(1, 1e-5);
        var release = new GaussianEvent(5);
        Assert.True(PrivacyOdometer.Consider([], release, cap).Fits);
        Assert.False(PrivacyOdometer.Consider([], release, cap, Adjacency.ReplaceOne).Fits);
    }

    [Fact]
    public void Consider_GaussianUnderAPureCap_IsRefused() =>
        Assert.False(PrivacyOdometer.Consider([], new GaussianEvent(100), new PrivacyBudget(10, 0)).Fits);

    public static TheoryData<PrivacyEvent> Absurd { get; } =
    [
        new GaussianEvent(1e-200),
        new GroupEvent(new GaussianEvent(1), int.MaxValue),
        new GroupEvent(new GroupEvent(new PureEvent(1), int.MaxValue), int.MaxValue),
        new SelfComposedEvent(new SelfComposedEvent(new SelfComposedEvent(new PureEvent(1), int.MaxValue), int.MaxValue), int.MaxValue),
        new PoissonSampledEvent(0.5, new GaussianEvent(1e-9)),
    ];

    [Theory]
    [MemberData(nameof(Absurd))]
    public void EpsilonOf_BeyondTheNumerics_IsRefused(PrivacyEvent privacyEvent) =>
        Assert.Throws<UnsupportedEventException>(() => PrivacyOdometer.EpsilonOf([privacyEvent], 1e-5));

    [Fact]
    public void EpsilonOf_ApproximateReleases_AddsTheirDeltasAndAccountsTheRestAsPure()
    {
        var one = new ApproximateEvent(0.5, 4e-6);
        Assert.Equal(0.5, PrivacyOdometer.EpsilonOf([one], 4e-6));
        Assert.Equal(double.PositiveInfinity, PrivacyOdometer.EpsilonOf([one], 3.9e-6));
        Assert.Equal(double.PositiveInfinity, PrivacyOdometer.EpsilonOf([one, one], 7.9e-6));
        Assert.InRange(PrivacyOdometer.EpsilonOf([one, one], 8.1e-6), 0.99, 1);
        var beside = PrivacyOdometer.EpsilonOf([new SelfComposedEvent(one, 2), new GaussianEvent(4)], 1e-5);
        Assert.Equal(PrivacyOdometer.EpsilonOf([new SelfComposedEvent(new PureEvent(0.5), 2), new GaussianEvent(4)], 2e-6), beside, 1e-4);
        Assert.InRange(PrivacyOdometer.CurveOf(one).DeltaOf(0.5), 4e-6, 4.0001e-6);
        Assert.Equal(one, PrivacyEvent.FromJson(one.ToJson()));
    }

    [Fact]
    public void CurveOf_ApproximateReleasesWhereNoTheoremIsKnown_IsRefused()
    {
        var one = new ApproximateEvent(0.5, 4e-6);
        Assert.Throws<UnsupportedEventException>(() => PrivacyOdometer.CurveOf(new GroupEvent(one, 2)));
        Assert.Throws<UnsupportedEventException>(() => PrivacyOdometer.CurveOf(new PoissonSampledEvent(0.5, one)));
        Assert.Throws<UnsupportedEventException>(() => new PldAccountant().Curve(one));
        Assert.Throws<UnsupportedEventException>(() => new RdpAccountant().Account(one));
        Assert.Throws<UnsupportedEventException>(() => new GdpAccountant().Account(one));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ApproximateEvent(0, 1e-5));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ApproximateEvent(1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ApproximateEvent(1, 1));
    }
}
