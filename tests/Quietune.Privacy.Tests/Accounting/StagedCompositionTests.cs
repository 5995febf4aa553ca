using Quietune.Privacy.Accounting;
using Quietune.Privacy.Accounting.Losses;
using Quietune.Privacy.Budgets;
using Quietune.Privacy.Profiles;

namespace Quietune.Privacy.Tests.Accounting;

/// <summary>Sums of many rounds through two grids: on the safe side of the truth on both ends, and near it.</summary>
public sealed class StagedCompositionTests
{
    // 2,500 is not a multiple of the 64 rounds of a first stage, nor 1,100; 40 are fewer than one.
    [Theory]
    [InlineData(0.02, 2_500, 0, 0)]
    [InlineData(0.02, 2_500, 0.04, 1_100)]
    [InlineData(0.02, 2_500, 0.1, 40)]
    public void Compose_UnsampledGaussians_HoldsTheClosedForm(double mu, int count, double otherMu, int otherCount)
    {
        const double step = 1e-3;
        const double tilt = 2;
        var parts = new List<(GridLoss, GridLoss, long)> { (Ends(mu, step).Upper, Ends(mu, step).Lower, count) };
        if (otherCount > 0)
        {
            parts.Add((Ends(otherMu, step).Upper, Ends(otherMu, step).Lower, otherCount));
        }

        var total = Math.Sqrt(mu * mu * count + otherMu * otherMu * otherCount);
        var found = StagedComposition.Compose(parts, tilt)!.Value;
        foreach (var epsilon in new[] { 1, 2.5, 4, 6 })
        {
            var exact = GaussianProfile.DeltaOf(total, epsilon);
            var (upper, lower) = (found.Upper.DeltaOf(epsilon), found.Lower.DeltaOf(epsilon));
            Assert.InRange(upper.Delta + upper.Error + found.Upper.Infinite, exact, exact * 1.03);
            Assert.InRange(lower.Delta - lower.Error, exact * 0.97, exact);
        }
    }

    [Theory]
    [InlineData(0.1, 0.7, 100_000)]     // one grid of four million cells leaves a bracket of 0.018
    [InlineData(0.5, 1, 100_000)]
    public void EpsilonBracket_WideWindow_IsNarrowAndHoldsTheTruth(double rate, double noise, int rounds)
    {
        var found = new PldAccountant().Curve(new SelfComposedEvent(new PoissonSampledEvent(rate, new GaussianEvent(noise)), rounds)).EpsilonBracket(1e-6);
        Assert.InRange(found.Width, 0, 1e-3);
        Assert.InRange(DeltaAt(found.Upper), 0, 1e-6 * (1 + 1e-9));
        Assert.InRange(DeltaAt(found.Lower), 1e-6 * (1 - 1e-9), 1);

        double DeltaAt(double epsilon) => Math.Exp(Math.Max(
            InvertedLosses.LogDeltaOf(rate, noise, rounds, epsilon, added: false),
            InvertedLosses.LogDeltaOf(rate, noise, rounds, epsilon, added: true)));
    }

    [Fact]
    public void LogDeltaOf_WhereOneGridIsEnough_IsThePldAccountants()
    {
        // The reference itself, against the other road.
        var bracket = new PldAccountant().Curve(new SelfComposedEvent(new PoissonSampledEvent(0.01, new GaussianEvent(1)), 1_000)).DeltaBracket(1.5);
        Assert.InRange(Math.Exp(InvertedLosses.LogDeltaOf(0.01, 1, 1_000, 1.5, added: false)), bracket.Lower * (1 - 1e-9), bracket.Upper * (1 + 1e-9));
    }

    private static (GridLoss Upper, GridLoss Lower) Ends(double mu, double step)
    {
        var masses = LossPair.Of(new GaussianRound(1, 1 / mu, 1), Adjacency.AddRemove).Masses(step / 2, 12);
        return (GridLoss.Pessimistic(masses), GridLoss.Optimistic(masses));
    }
}
