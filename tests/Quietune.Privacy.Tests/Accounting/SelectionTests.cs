using CsCheck;
using Quietune.Privacy.Accounting;
using Quietune.Privacy.Noise;
using Quietune.Privacy.Profiles;

namespace Quietune.Privacy.Tests.Accounting;

/// <summary>Publishing the best of several tries: the theorems' numbers, and the exact divergence of a small mechanism, which they must cover.</summary>
public sealed class SelectionTests
{
    /// <summary>Randomised response whose rarer answer, in the first world, is the better one.</summary>
    private const double Epsilon = 0.4;

    public static TheoryData<double, double> NegativeBinomials => new() { { 1, 0.1 }, { 1, 0.5 }, { 0, 0.05 }, { 0.5, 0.2 }, { -0.5, 0.1 }, { 3, 0.3 } };

    [Theory]
    [InlineData(2, 8)]
    [InlineData(8, 2)]
    [InlineData(16, 64)]
    public void Divergences_GeometricTries_AreTheoremTwo(double order, double other)
    {
        // A try with D_λ = λ/32; E[K] = 1/γ = 10, and the other order is the better λ̂ or the same one.
        var found = new RdpAccountant(orders: [order, other]).Divergences(new SelectionEvent(new GaussianEvent(4), new NegativeBinomialTrials(1, 0.1)));
        double Penalty(double at) => 2 * (1 - 1 / at) * at / 32 + 2 * Math.Log(10) / at;
        Assert.Equal(order / 32 + Math.Min(Penalty(order), Penalty(other)) + Math.Log(10) / (order - 1), found.Divergences[0], 1e-9);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    public void Divergences_PoissonTries_AreTheoremSix(double order)
    {
        var accountant = new RdpAccountant(orders: [order]);
        var single = accountant.Divergences(new GaussianEvent(4));
        var found = accountant.Divergences(new SelectionEvent(new GaussianEvent(4), new PoissonTrials(10)));
        Assert.Equal(order / 32 + 10 * single.DeltaOf(Math.Log(1 + 1 / (order - 1))) + Math.Log(10) / (order - 1), found.Divergences[0], 1e-9);
    }

    [Fact]
    public void EpsilonOf_GeometricTriesOfAPureRelease_NearsThreeTimesIt()
    {
        // Liu and Talwar 2019, theorem 3.2: the best of a geometric number of ε-DP tries is 3ε-DP.
        var selection = new RdpAccountant(orders: [1e7, 1e8]).Account(new SelectionEvent(new PureEvent(0.3), new NegativeBinomialTrials(1, 0.01)));
        Assert.InRange(selection.EpsilonOf(1e-6), 0.9 * 0.9, 0.9 * (1 + 1e-4));
    }

    [Theory]
    [MemberData(nameof(NegativeBinomials))]
    public void Mean_NegativeBinomial_IsThatOfItsLaw(double shape, double stopping)
    {
        // E[K] = G′(1).
        var trials = new NegativeBinomialTrials(shape, stopping);
        const double change = 1e-6;
        Assert.Equal((Generating(trials, 1) - Generating(trials, 1 - change)) / change, trials.Mean, 1e-3 * trials.Mean);
    }

    [Theory]
    [InlineData(1e-300)]
    [InlineData(-1e-13)]
    [InlineData(1e-9)]
    public void Mean_ShapeNearZero_IsThatOfTheLogarithmicLaw(double shape) =>
        Assert.Equal(new NegativeBinomialTrials(0, 0.3).Mean, new NegativeBinomialTrials(shape, 0.3).Mean, 1e-8);

    [Theory]
    [MemberData(nameof(NegativeBinomials))]
    public void Divergences_NegativeBinomialTries_CoverTheExactOnesAndOneTryAloneDoesNot(double shape, double stopping) => Covers(new NegativeBinomialTrials(shape, stopping));

    [Theory]
    [InlineData(1.5)]
    [InlineData(4)]
    [InlineData(20)]
    public void Divergences_PoissonTries_CoverTheExactOnes(double mean) => Covers(new PoissonTrials(mean));

    [Fact]
    public void Divergences_AnyLawAndAnyPureTry_CoverTheExactOnes() =>
        Gen.Select(Gen.Double[0.02, 2], Gen.Double[-0.9, 4], Gen.Double[0.02, 0.95], Gen.Double[1.1, 40]).Sample((epsilon, shape, stopping, order) =>
        {
            var trials = new NegativeBinomialTrials(shape, stopping);
            var bound = new RdpAccountant(orders: [order, 2, 8, 64]).Divergences(new SelectionEvent(new PureEvent(epsilon), trials)).Divergences[0];
            return Exact(trials, epsilon, order) <= bound * (1 + 1e-9) + 1e-12;
        });

    [Theory]
    [InlineData(1, 0.1)]
    [InlineData(0, 0.05)]
    public void Exact_Simulated_IsTheLawOfTheBest(double shape, double stopping)
    {
        const int runs = 200_000;
        var trials = new NegativeBinomialTrials(shape, stopping);
        var source = new SeededNoise(5);
        var uniform = new double[1];
        double Next()
        {
            source.FillUniform(uniform);
            return uniform[0];
        }

        // K by its probabilities in turn: P(1) = G′(0), P(k + 1)/P(k) = (1 − γ)(k + η)/(k + 1).
        var first = shape == 0 ? (1 - stopping) / -Math.Log(stopping) : shape * (1 - stopping) / (Math.Pow(stopping, -shape) - 1);
        var worse = 0;
        for (var run = 0; run < runs; run++)
        {
            var (tries, probability, left) = (1, first, Next());
            while ((left -= probability) > 0 && tries < 10_000)
            {
                probability *= (1 - stopping) * (tries + shape) / (tries + 1);
                tries++;
            }

            var isWorse = true;
            for (var i = 0; i < tries; i++)
            {
                isWorse &= Next() < Common(Epsilon);
            }

            worse += isWorse ? 1 : 0;
        }

        var expected = Best(trials, Epsilon, isFirst: true)[0];
        Assert.Equal(expected, (double)worse / runs, 5 * Math.Sqrt(expected * (1 - expected) / runs));
        Assert.NotInRange(Common(Epsilon), expected - 0.02, expected + 0.02);       // one try has another law
    }

    private static void Covers(TrialCount trials)
    {
        var accountant = new RdpAccountant(orders: [1.5, 2, 4, 8, 16, 64]);
        var single = accountant.Divergences(new PureEvent(Epsilon));
        var bound = accountant.Divergences(new SelectionEvent(new PureEvent(Epsilon), trials));
        var exceeded = false;
        foreach (var (order, (one, many)) in single.Orders.Zip(single.Divergences.Zip(bound.Divergences)))
        {
            var exact = Exact(trials, Epsilon, order);
            Assert.InRange(exact, 0, many);
            exceeded |= exact > one * 1.01;
        }

        // A bound that forgot what the selection costs would be caught.
        Assert.True(exceeded);
    }

    /// <summary>The larger Rényi divergence of what is published in the two worlds.</summary>
    private static double Exact(TrialCount trials, double epsilon, double order)
    {
        var (first, second) = (Best(trials, epsilon, isFirst: true), Best(trials, epsilon, isFirst: false));
        return Math.Max(Divergence(first, second), Divergence(second, first));

        double Divergence(double[] p, double[] q) => Math.Log(p.Zip(q, (a, b) => a == 0 ? 0 : Math.Exp(order * Math.Log(a) + (1 - order) * Math.Log(b))).Sum()) / (order - 1);
    }

    /// <summary>The law of what is published: the worse answer, the better, or nothing.</summary>
    private static double[] Best(TrialCount trials, double epsilon, bool isFirst)
    {
        var worse = isFirst ? Common(epsilon) : 1 - Common(epsilon);
        var nothing = Generating(trials, 0);
        return [Generating(trials, worse) - nothing, 1 - Generating(trials, worse), nothing];
    }

    private static double Common(double epsilon) => 1 / (1 + Math.Exp(-epsilon));

    /// <summary>E[s^K].</summary>
    private static double Generating(TrialCount trials, double s) => trials switch
    {
        PoissonTrials poisson => Math.Exp(poisson.Mean * (s - 1)),
        NegativeBinomialTrials { Shape: 0, Stopping: var stopping } => Math.Log(1 - (1 - stopping) * s) / Math.Log(stopping),
        NegativeBinomialTrials { Shape: var shape, Stopping: var stopping } => NearZero.ExpM1(-shape * Math.Log(1 - (1 - stopping) * s)) / NearZero.ExpM1(-shape * Math.Log(stopping)),
        _ => throw new ArgumentException("unknown", nameof(trials)),
    };
}
