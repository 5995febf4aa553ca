using Quietune.Privacy.Accounting;
using Quietune.Privacy.Budgets;
using Quietune.Privacy.Profiles;
using Quietune.Tuning.Planning;

namespace Quietune.Tuning.Tests.Planning;

public sealed class TuningPlanEventTests
{
    private const double Delta = 1e-5;

    [Theory]
    [InlineData(1, 1, 1, null, Adjacency.AddRemove)]
    [InlineData(20, 1, 1, null, Adjacency.AddRemove)]
    [InlineData(20, 1, 1, null, Adjacency.ReplaceOne)]
    [InlineData(13, 1, 4, null, Adjacency.ZeroOut)]
    [InlineData(20, 1, 0.5, 0.3, Adjacency.AddRemove)]
    [InlineData(30, 0.2, 1, null, Adjacency.AddRemove)]
    [InlineData(2, 0.2, 2, 0.5, Adjacency.AddRemove)]
    [InlineData(10, 0.5, 1, null, Adjacency.ReplaceOne)]
    public void Event_OfACalibratedPlan_SpendsTheBudgetAndNoMore(int rounds, double rate, double growth, double? quantile, Adjacency adjacency)
    {
        foreach (var epsilon in rate < 1 ? new[] { 1.0 } : [0.3, 2])
        {
            var plan = Plan(epsilon, adjacency) with { Rounds = rounds, SamplingRate = rate, BudgetGrowth = growth, TargetClipQuantile = quantile };
            var spent = PrivacyOdometer.EpsilonOf([plan.Calibrated().Event], Delta, adjacency);
            Assert.InRange(spent, 0.985 * epsilon, epsilon);
        }
    }

    [Fact]
    public void Event_OfEqualRounds_IsTheirComposition()
    {
        var plan = Plan(1) with { Rounds = 16 };
        var repeated = Assert.IsType<SelfComposedEvent>(plan.Event);
        Assert.Equal(16, repeated.Count);
        Assert.Equal(4 / plan.Mu, Assert.IsType<GaussianEvent>(repeated.Inner).NoiseMultiplier, 1e-9);
        var sampled = Assert.IsType<SelfComposedEvent>((plan with { SamplingRate = 0.1, NoiseMultiplier = 3 }).Event);
        Assert.Equal(new PoissonSampledEvent(0.1, new GaussianEvent(3)), sampled.Inner);
    }

    [Fact]
    public void Event_OfARisingBudget_HasLessNoiseAtTheEnd()
    {
        var plan = Plan(1) with { Rounds = 40, BudgetGrowth = 3 };
        Assert.Equal(3, plan.NoiseMultiplierAt(0) / plan.NoiseMultiplierAt(39), 1e-9);
        Assert.Equal(plan.Mu * plan.Mu, Enumerable.Range(0, 40).Sum(round => Math.Pow(plan.NoiseMultiplierAt(round), -2)), 1e-9);
        Assert.Equal(40, Assert.IsType<ComposedEvent>(plan.Event).Events.Sum(part => Assert.IsType<SelfComposedEvent>(part).Count));
    }

    [Fact]
    public void SumAndCount_OfOneRound_CostThatRoundTogether()
    {
        var plan = Plan(1) with { Rounds = 5, TargetClipQuantile = 0.5, ClipBudgetShare = 0.1 };
        var (all, sum, count) = (plan.NoiseMultiplierAt(2), plan.SumNoiseMultiplierAt(2), plan.CountNoiseMultiplierAt(2));
        var together = Math.Pow(sum, -2) + Math.Pow(count, -2);
        Assert.InRange(together, Math.Pow(all, -2) * (1 - 1e-9), Math.Pow(all, -2));
        Assert.Equal(0.1, Math.Pow(count, -2) / together, 1e-6);
    }

    [Fact]
    public void Event_OfASampledPlanThatWasNotCalibrated_IsRefused() =>
        Assert.Throws<InvalidOperationException>(() => (Plan(1) with { SamplingRate = 0.5 }).Event);

    [Fact]
    public void Hash_OfPlansThatDifferInAnyField_Differs()
    {
        var plan = Plan(1).Calibrated();
        TuningPlan[] others =
        [
            plan with { SamplingRate = 0.5 }, plan with { NoiseMultiplier = 2 }, plan with { BudgetGrowth = 2 }, plan with { TargetClipQuantile = 0.5 }, plan with { Adam = new() },
            plan with { Averaging = 0.5 }, plan with { CurvatureEvery = 1 }, plan with { Augmentations = 2 }, plan with { Centred = true }, plan with { Geometry = plan.Geometry with { Subset = "head" } },
            plan with { Geometry = plan.Geometry with { Seed = 1 } },
        ];
        Assert.Equal(others.Length + 1, others.Append(plan).Select(other => other.Hash()).Distinct().Count());
        Assert.Equal(plan.Hash(), Plan(1).Calibrated().Hash());
    }

    private static TuningPlan Plan(double epsilon, Adjacency adjacency = Adjacency.AddRemove) => new()
    {
        Method = "test",
        Loss = "cross-entropy",
        Geometry = GeometryPlan.Identity,
        ClipNorm = 1,
        NominalSize = 1000,
        Adjacency = adjacency,
        Epsilon = epsilon,
        Delta = Delta,
        Mu = GaussianProfile.MuOf(new(epsilon, Delta)),
    };
}
