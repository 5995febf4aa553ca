using System.Globalization;
using Quietune.Privacy.Accounting;
using Quietune.Privacy.Budgets;
using Quietune.Privacy.Noise;
using Quietune.Tuning.Certificates;
using Quietune.Tuning.Mechanism;
using Quietune.Tuning.Planning;
using Quietune.Tuning.Rounds;
using Quietune.Tuning.Tests.Gradients;
using Quietune.Tuning.Tests.Mechanism;
using static TorchSharp.torch;

namespace Quietune.Tuning.Tests.Planning;

/// <summary>δ = 0 from the method to the certificate: the right mechanism, the right event, the right refusal.</summary>
public sealed class PureDrawTests
{
    private static readonly PrivacyBudget Pure = new(2, 0);

    [Fact]
    public void Of_PureBudget_TriesFewCoordinatesAndABall()
    {
        var (start, axes) = Methods.Of(Methods.OneDraw, "binary", Pure, 100, 230);
        Assert.Equal(0, start.Plan.Delta);
        Assert.NotNull(start.Plan.Ball);
        var few = axes.First(axis => axis.Name == "dimension");
        Assert.Contains(1, few.Values);
        Assert.All(axes.Where(axis => axis.Name == "dimension"), axis => Assert.All(axis.Values, value =>
        {
            // Whatever the search combines can be drawn.
            var plan = axis.Apply(start with { Plan = start.Plan with { Ball = new Ball(1) } }, value).Plan;
            _ = new TruncatedExponentialMechanism(plan.Epsilon, 0.3, 100, plan.Geometry.Dimension!.Value, plan.Adjacency, plan.Ball!);
        }));
        Assert.DoesNotContain(230, few.Values);
        Assert.Contains(axes, axis => axis.Name == "largest mean");
    }

    [Theory]
    [InlineData(Methods.Draws)]
    [InlineData(Methods.DpGd)]
    [InlineData("dp-sgd")]
    public void Of_PureBudgetAndSeveralRounds_IsRefused(string method) =>
        Assert.Contains(Methods.OneDraw, Assert.ThrowsAny<ArgumentException>(() => Methods.Of(method, "binary", Pure, 100, 230)).Message, StringComparison.Ordinal);

    [Fact]
    public void Of_PureBudgetTooSmallForOneCoordinate_NamesTheSmallest()
    {
        var refusal = Assert.ThrowsAny<ArgumentException>(() => Methods.Of(Methods.OneDraw, "binary", new(0.001, 0), 100, 230));
        var named = double.Parse(refusal.Message.Split("at least ")[1].Split(' ')[0], CultureInfo.InvariantCulture);
        Assert.ThrowsAny<ArgumentException>(() => Methods.Of(Methods.OneDraw, "binary", new(named * 0.9999, 0), 100, 230));
        Assert.Equal([1.0], Methods.Of(Methods.OneDraw, "binary", new(named * 1.0001, 0), 100, 230).Axes.First(axis => axis.Name == "dimension").Values);
    }

    [Fact]
    public void Event_OfAPurePlan_IsTheExponentialMechanismAndCostsEpsilonAtNoDelta()
    {
        var plan = Plan();
        Assert.Equal(new ExponentialMechanismEvent(2), plan.Event);
        Assert.Equal(2, PrivacyOdometer.EpsilonOf([plan.Event], delta: 0));
        Assert.Equal(plan.Hash(), TuningPlan.FromJson(plan.ToJson()).Hash());
        Assert.NotEqual(plan.Hash(), (plan with { Ball = new Ball(0.3) }).Hash());
        Assert.Throws<InvalidOperationException>(() => (plan with { Rounds = 2 }).Event);
        Assert.Throws<InvalidOperationException>(() => (plan with { SamplingRate = 0.5 }).Event);
        Assert.Throws<InvalidOperationException>(() => (plan with { TargetClipQuantile = 0.5 }).Event);

        // Without its ball it would be a normal draw, which has no δ of 0.
        Assert.Throws<InvalidOperationException>(() => (plan with { Ball = null }).Event);
    }

    [Fact]
    public void Tune_PurePlan_StaysInTheBallAndCertifiesItsLaw()
    {
        using var problem = new SmallProblem();
        using var scope = NewDisposeScope();
        var plan = Plan() with { StepSize = 1 };
        var lengths = Enumerable.Range(1, 20).Select(seed =>
        {
            Tuner.Tune(problem.Expansion, plan, SmallProblem.Rows(20, seed: 2), new SeededNoise((ulong)seed));
            var moved = PerExampleLoop.Flat(problem.Model.Capture()).to_type(ScalarType.Float64) - PerExampleLoop.Flat(problem.Expansion.Origin).to_type(ScalarType.Float64);
            return Math.Sqrt(moved.matmul(problem.Metric).dot(moved).item<double>());
        }).ToList();
        var outcome = Tuner.Tune(problem.Expansion, plan, SmallProblem.Rows(20, seed: 2), new SecureNoise());
        var certificate = PrivacyCertificate.Of(plan, outcome, "in", "out", TimeProvider.System);
        var ball = certificate.Ball!;
        Assert.All(lengths, length => Assert.InRange(length, 0, ball.Radius * 1.001));
        Assert.InRange(lengths.Max(), 0.5 * ball.Radius, ball.Radius * 1.001);      // else the radius says nothing
        Assert.Equal(plan.ClipNorm * ball.Radius, certificate.UtilitySensitivity, 1e-12);
        Assert.InRange(2 * certificate.Beta * certificate.AccountedSensitivity * ball.Radius, 2 * (1 - 1e-9), 2);
        Assert.True(ball.AcceptanceMeasured >= ball.AcceptanceAtLeast - 0.1 && ball.AcceptanceAtLeast >= 0.5);
        Assert.Equal(certificate, PrivacyCertificate.FromJson(certificate.ToJson()) with { Plan = certificate.Plan, Versions = certificate.Versions });
    }

    [Fact]
    public void Search_PureBudget_RehearsesTheLawThatIsDrawn()
    {
        using var problem = new SmallProblem();
        var rows = SmallProblem.Rows(200, seed: 60);
        var (start, axes) = Methods.Of(Methods.OneDraw, "binary", new(8, 0), 2_000, 31);
        using var rehearsal = new Rehearsal(problem.Expansion, [new Scenario("as they are", rows, rows)]);
        var found = rehearsal.Search(start, axes);
        Assert.Equal(new ExponentialMechanismEvent(8), found.Plan.Event);
        Assert.NotNull(found.Plan.Ball);

        // The untrained model has everything to gain, even with little budget, where the search may choose.
        Assert.InRange(found.PredictedGain, 0.05, 1);
    }

    private static TuningPlan Plan() => SmallProblem.Plan(1, 0.5, 200, Adjacency.AddRemove) with { Method = Methods.OneDraw, Epsilon = 2, Delta = 0, Ball = new Ball(0.5) };
}
