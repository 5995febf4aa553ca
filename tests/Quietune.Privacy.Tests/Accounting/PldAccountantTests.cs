using System.Text.Json;
using CsCheck;
using Quietune.Privacy.Accounting;
using Quietune.Privacy.Accounting.Losses;
using Quietune.Privacy.Budgets;
using Quietune.Privacy.Profiles;

namespace Quietune.Privacy.Tests.Accounting;

public sealed class PldAccountantTests : AccountantContract
{
    protected override IAccountant Accountant(Adjacency adjacency) => new PldAccountant(adjacency);

    [Fact]
    public void EpsilonOf_GoldenRuns_MatchesOrStaysBelowTheLooserAccountant()
    {
        foreach (var row in Golden.Section("pld_epsilon"))
        {
            var found = new PldAccountant().Curve(RdpAccountantTests.Sampled(row)).EpsilonBracket(row.Number("delta"));
            var golden = row.Number("epsilon");
            if (row.GetProperty("kind").GetString() == "exact")
            {
                Assert.Equal(golden, found.Upper, row.Number("tolerance"));
            }
            else
            {
                Assert.InRange(found.Upper, golden - row.Number("slack"), golden);
                Assert.Equal(row.Number("tight"), found.Upper, 1e-4);
            }

            Assert.InRange(found.Width, 0, 1e-3);
        }
    }

    [Fact]
    public void DeltaBracket_GoldenSingleSteps_MatchesToTolerance()
    {
        foreach (var row in Golden.Section("subsampled_gaussian_single_step"))
        {
            var found = SingleStep(row);
            Assert.Equal(row.Number("delta"), found.Upper, row.Number("tolerance"));
            Assert.InRange(found.Lower, row.Number("delta") - 2 * row.Number("tolerance"), found.Upper);
        }
    }

    [Theory]
    [InlineData(0.5, 1)]
    [InlineData(0.05, 100)]
    [InlineData(0.02, 10_000)]
    [InlineData(0.003, 100_000)]
    public void LossComposition_UnsampledGaussian_IsCloseToTheClosedFormAndNeverBelow(double mu, int count)
    {
        // The curve itself would answer in closed form; this composes the grids all the same.
        var pair = LossPair.Of(new GaussianRound(1, 1 / mu, 1), Adjacency.AddRemove);
        var composition = new LossComposition([(pair, count)], isReversed: false);
        foreach (var delta in (ReadOnlySpan<double>)[1e-3, 1e-6, 1e-12])
        {
            var exact = GaussianProfile.EpsilonOf(mu * Math.Sqrt(count), delta);
            var found = composition.EpsilonOf(delta);
            Assert.InRange(found.Upper, exact * (1 - 1e-12), exact + 1e-4);
            Assert.InRange(found.Lower, exact - 1e-3, exact * (1 + 1e-10));
        }
    }

    [Theory]
    [InlineData(1, 100_000)]
    [InlineData(0.001, 100_000)]
    [InlineData(2, 1)]
    public void EpsilonOf_UnsampledGaussian_IsTheClosedForm(double mu, int count)
    {
        var exact = GaussianProfile.EpsilonOf(mu * Math.Sqrt(count), 1e-6);
        var found = new PldAccountant().Curve(new SelfComposedEvent(new GaussianEvent(1 / mu), count)).EpsilonBracket(1e-6);
        Assert.InRange(found.Upper, exact * (1 - 1e-13), exact + 1e-4);
        Assert.InRange(found.Lower, exact - 1e-4, exact);
    }

    [Theory]
    [InlineData(1e-4, 0.7, 10_000)]
    [InlineData(1e-4, 2, 100_000)]
    [InlineData(1e-3, 0.5, 10_000)]
    [InlineData(1e-3, 1, 10_000)]       // a grid too coarse for the window once gave not a number, and that ε = 0
    [InlineData(1e-2, 0.5, 10_000)]
    [InlineData(1e-2, 1, 100_000)]
    [InlineData(0.5, 4, 10_000)]
    public void EpsilonBracket_ManySampledRounds_IsNarrowAndHoldsTheTruth(double rate, double noise, int rounds)
    {
        var found = new PldAccountant().Curve(Rounds(rate, noise, rounds)).EpsilonBracket(1e-6);
        Assert.InRange(found.Width, 0, 1e-3);

        // The plain composition of equally split cells is off by far less than a wrong bracket would be.
        Assert.Equal(PlainLosses.EpsilonOf(rate, noise, rounds, 1e-6), found.Upper, 0.02 * found.Upper);
        Assert.True(found.Upper <= new RdpAccountant().Account(Rounds(rate, noise, rounds)).EpsilonOf(1e-6));
    }

    [Theory]
    [InlineData(1e-4, 0.7, 1)]      // the least loss, −q, inside one cell of the grid once made the optimistic end 0
    [InlineData(1e-4, 0.7, 100)]
    [InlineData(1e-4, 0.5, 10)]
    [InlineData(3e-4, 1, 30)]
    [InlineData(1e-3, 0.7, 1)]
    [InlineData(1e-2, 0.7, 3)]
    [InlineData(0.1, 1, 10)]
    public void EpsilonBracket_FewSampledRounds_IsNarrow(double rate, double noise, int rounds)
    {
        var curve = new PldAccountant().Curve(Rounds(rate, noise, rounds));
        foreach (var delta in (ReadOnlySpan<double>)[1e-5, 1e-6, 1e-9])
        {
            var found = curve.EpsilonBracket(delta);
            Assert.InRange(found.Width, 0, 1e-3);
            if (rounds == 1)
            {
                Assert.Equal(found.Upper, SingleRound(rate, noise, delta), 1e-4);
                Assert.InRange(SingleRound(rate, noise, delta), found.Lower, found.Upper);
            }
        }
    }

    /// <summary>The smallest ε of one round in closed form: δ(ε) = P(x > t) − e^ε·Q(x > t) where the loss at t is ε.</summary>
    private static double SingleRound(double rate, double noise, double delta)
    {
        double DeltaOf(double epsilon)
        {
            var t = 0.5 + noise * noise * Math.Log((Math.Exp(epsilon) - 1 + rate) / rate);
            var (with, without) = (StandardNormal.Cdf((1 - t) / noise), StandardNormal.Cdf(-t / noise));
            return rate * with + (1 - rate - Math.Exp(epsilon)) * without;
        }

        var (low, high) = (0.0, 50.0);
        for (var i = 0; i < 200; i++)
        {
            var middle = (low + high) / 2;
            (low, high) = DeltaOf(middle) > delta ? (middle, high) : (low, middle);
        }

        return high;
    }

    [Fact]
    public void EpsilonOf_TheUsualRun_TakesAtMostASecond()
    {
        new PldAccountant().Account(Rounds(0.02, 2, 10)).EpsilonOf(1e-6);
        var start = System.Diagnostics.Process.GetCurrentProcess().TotalProcessorTime;
        var epsilon = new PldAccountant().Account(Rounds(0.01, 1, 10_000)).EpsilonOf(1e-6);
        var spent = System.Diagnostics.Process.GetCurrentProcess().TotalProcessorTime - start;
        Assert.Equal(6.9074, epsilon, 2e-4);

        // A busy machine slows the clock, so this counts the work of the process, in which other tests run as well.
        Assert.InRange(spent.TotalSeconds, 0, 10);
    }

    [Fact]
    public void EpsilonOf_PureReleases_IsExactAtDeltaZeroAndBelowTheSumElsewhere()
    {
        var curve = new PldAccountant().Curve(new SelfComposedEvent(new PureEvent(0.1), 100));
        Assert.Equal(10, curve.EpsilonOf(0), 1e-9);
        var bracket = curve.EpsilonBracket(1e-6);
        Assert.InRange(bracket.Width, 0, 1e-3);

        // The optimal composition of randomised response, a binomial sum (Kairouz, Oh and Viswanath 2015, theorem 3.3).
        Assert.InRange(BinomialDelta(0.1, 100, bracket.Upper), 0, 1e-6);
        Assert.True(BinomialDelta(0.1, 100, bracket.Lower - 1e-3) > 1e-6);
    }

    [Fact]
    public void DeltaOf_OneExponentialMechanism_IsTheSupremumOverItsLosses()
    {
        // Pairs with the two losses t and t − ε have δ(x) = P(t)·(1 − e^{x−t}), P(t) = (e^t − e^{t−ε}·e^{…}): here by search over t.
        const double epsilon = 1.5;
        var curve = new PldAccountant().Curve(new ExponentialMechanismEvent(epsilon));
        foreach (var x in (ReadOnlySpan<double>)[0, 0.3, 0.9, 1.4])
        {
            var most = 0.0;
            for (var t = 0.0; t <= epsilon; t += 1e-4)
            {
                // P has mass p at loss t and 1 − p at t − ε; Q's masses sum to 1.
                var p = (1 - Math.Exp(epsilon - t)) / (Math.Exp(-t) - Math.Exp(epsilon - t));
                most = Math.Max(most, p * Math.Max(0, 1 - Math.Exp(x - t)));
            }

            Assert.Equal(most, curve.DeltaOf(x), 1e-6);
        }
    }

    [Fact]
    public void EpsilonOf_MixedSchedule_LiesBetweenItsPartsAndTheirSum()
    {
        var (first, second) = (Rounds(0.05, 1.2, 100), new SelfComposedEvent(new PureEvent(0.05), 20));
        double Epsilon(PrivacyEvent privacyEvent) => new PldAccountant().Account(privacyEvent).EpsilonOf(1e-6);
        var mixed = new PldAccountant().Curve(new ComposedEvent(first, second)).EpsilonBracket(1e-6);
        Assert.InRange(mixed.Upper, Epsilon(first), Epsilon(first) + Epsilon(second));
        
        // The grid fits the least loss of one part alone.
        Assert.InRange(mixed.Width, 0, 5e-3);
    }

    [Fact]
    public void EpsilonOf_GroupUnderSampling_IsAboveOneUnitAndBelowTheChain()
    {
        var release = Rounds(0.05, 2, 50);
        var one = new PldAccountant().Account(release).EpsilonOf(1e-6);
        var three = new PldAccountant().Account(new GroupEvent(release, 3)).EpsilonOf(1e-6);

        // The chain's (3ε, δ(1 + e^ε + e^2ε)), with each link asked for a δ that leaves 1e-6.
        var link = new PldAccountant().Account(release).EpsilonOf(1e-6 / (1 + Math.Exp(one) + Math.Exp(2 * one)) / 4);
        Assert.InRange(three, 1.5 * one, 3 * link);
    }

    [Fact]
    public void TradeOff_SampledRounds_IsTheConjugateOfTheProfile()
    {
        var curve = new PldAccountant().Curve(Rounds(0.1, 1.5, 50));
        var profile = Enumerable.Range(0, 12).Select(i => (Epsilon: i * 0.3, Delta: curve.DeltaOf(i * 0.3))).ToList();
        foreach (var alpha in (ReadOnlySpan<double>)[0.001, 0.05, 0.3])
        {
            var found = curve.TradeOff(alpha);
            Assert.InRange(found.Width, 0, 1e-3);

            // T(α) is the largest of 1 − δ(ε) − e^ε·α, so that none may be above it, and on a grid of ε one comes near.
            var conjugate = profile.Max(point => 1 - point.Delta - Math.Exp(point.Epsilon) * alpha);
            Assert.InRange(conjugate, found.Lower - 0.01, found.Upper + 1e-6);
        }
    }

    [Fact]
    public void Curve_Selection_IsRefused() => Assert.Throws<UnsupportedEventException>(
        () => new PldAccountant().Curve(new SelectionEvent(new GaussianEvent(1), new PoissonTrials(2))));

    [Fact]
    public void EpsilonOf_HostileParameters_EndsAndIsNeverBelowRenyi() =>
        Gen.Select(Gen.Double[-9, 0], Gen.Double[-4, 6], Gen.Double[0, 16], Gen.Double[-60, -1]).Sample((rate, noise, rounds, delta) =>
        {
            var schedule = Rounds(Math.Exp(rate), Math.Exp(noise), (int)Math.Exp(rounds));
            var bracket = new PldAccountant().Curve(schedule).EpsilonBracket(Math.Exp(delta));
            return bracket.Lower <= bracket.Upper && bracket.Lower >= 0;
        }, iter: 6, threads: 1);

    private static SelfComposedEvent Rounds(double rate, double noise, int count) => new(new PoissonSampledEvent(rate, new GaussianEvent(noise)), count);

    private static Bracket SingleStep(JsonElement row)
    {
        var (epsilon, adjacency) = (row.Number("epsilon"), row.GetProperty("adjacency").GetString());
        var round = new GaussianRound(row.Number("q"), row.Number("sigma"), 1);
        return adjacency is "remove" or "add"
            ? new LossComposition([(LossPair.Of(round, Adjacency.AddRemove), 1)], isReversed: adjacency == "add").DeltaOf(epsilon)
            : new PldAccountant(adjacency == "replace_one" ? Adjacency.ReplaceOne : Adjacency.AddRemove)
                .Curve(new PoissonSampledEvent(row.Number("q"), new GaussianEvent(row.Number("sigma")))).DeltaBracket(epsilon);
    }

    private static double BinomialDelta(double epsilon, int count, double total)
    {
        var (delta, logChoose) = (0.0, 0.0);
        for (var lies = 0; lies <= count; lies++)
        {
            var logP = logChoose + (count - lies) * epsilon - count * Math.Log(1 + Math.Exp(epsilon));
            delta += Math.Exp(logP) * Math.Max(0, 1 - Math.Exp(total - (count - 2 * lies) * epsilon));
            logChoose += Math.Log((count - lies) / (lies + 1.0));
        }

        return delta;
    }
}
