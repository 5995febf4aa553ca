using Quietune.Data;
using Quietune.Privacy.Budgets;
using Quietune.Privacy.Noise;
using Quietune.Tuning.Mechanism;
using Quietune.Tuning.Planning;
using Quietune.Tuning.Rounds;
using Quietune.Tuning.Tests.Mechanism;
using TorchSharp;
using static TorchSharp.torch;

namespace Quietune.Tuning.Tests.Rounds;

/// <summary>Tensors that are alive after fifty rounds are those that were alive after five.</summary>
public sealed class LiveTensorTests
{
    private static long Live => DisposeScopeManager.Statistics.ThreadTotalLiveCount;

    [Fact]
    public void Live_OfATensorThatIsKept_Counts()
    {
        // The instrument itself: without this the tests below might see nothing.
        var before = Live;
        using (var kept = zeros(3))
        {
            Assert.Equal(before + 1, Live);
        }

        Assert.Equal(before, Live);
    }

    [Fact]
    public void ClippedSum_FiftyPasses_LeaveNothing()
    {
        using var problem = new SmallProblem();
        var rows = SmallProblem.With(SmallProblem.Rows(9, seed: 3), [float.NaN, 0, 0, 0], 1);
        AssertSteady(() => PrivatePass.ClippedSum(problem.Model, problem.Loss, problem.Geometry, rows, 0.5, 4).Dispose());
    }

    [Fact]
    public void Release_FiftyTimes_LeavesNothing()
    {
        var mechanism = new QuadraticExponentialMechanism(1, 1, 1, 4, Adjacency.AddRemove);
        var noise = new SeededNoise(1);
        AssertSteady(() => mechanism.Release(new Sensitive<Tensor>(zeros(4)), noise).Dispose());
    }

    [Fact]
    public void Move_FiftyTimes_LeavesNothing()
    {
        using var problem = new SmallProblem();
        using var step = problem.Geometry.Lift(ones(problem.Geometry.Dimension));
        AssertSteady(() => problem.Expansion.TrustRegion.Move(problem.Expansion.Origin, step, 0.05));
    }

    [Theory]
    [InlineData(0.0, null)]
    [InlineData(0.9, null)]
    [InlineData(0.9, 0.05)]
    public void Tune_FiftyRounds_HoldNoMoreThanFive(double momentum, double? trustRadius)
    {
        using var problem = new SmallProblem();
        var plan = SmallProblem.Plan(1, 0.5, 20, Adjacency.AddRemove) with { Rounds = 50, Momentum = momentum, TrustRadius = trustRadius, StepSize = 0.01 };
        var counts = new List<long>();
        Tuner.Tune(problem.Expansion, plan, SmallProblem.Rows(12, seed: 3), new SeededNoise(1), new Watch(() => counts.Add(Live)));
        Assert.Equal(50, counts.Count);
        Assert.Equal(counts[4], counts[49]);
        AssertSteady(() => Tuner.Tune(problem.Expansion, plan with { Rounds = 2 }, SmallProblem.Rows(12, seed: 3), new SeededNoise(1)), 5);
    }

    [Fact]
    public void Search_Repeated_LeavesNothing()
    {
        using var problem = new SmallProblem();
        var plan = SmallProblem.Plan(1, 1, 30, Adjacency.AddRemove) with { TrustRadius = 0.05 };
        var axis = new PlanAxis("radius", [0.01, 0.1], (candidate, value) => candidate with { Plan = candidate.Plan with { TrustRadius = value } });
        var scenario = new Scenario("held out", SmallProblem.Rows(30, seed: 70), SmallProblem.Rows(50, seed: 80));
        AssertSteady(
            () =>
            {
                using var rehearsal = new Rehearsal(problem.Expansion, [scenario]);
                rehearsal.Search(new(plan, 0.5), [axis]);
            },
            5);
    }

    private static void AssertSteady(Action round, int rounds = 50)
    {
        round();
        var before = Live;
        for (var i = 0; i < rounds; i++)
        {
            round();
        }

        Assert.Equal(before, Live);
    }

    /// <summary>Told at once, on the same thread.</summary>
    private sealed class Watch(Action told) : IProgress<double>
    {
        public void Report(double value) => told();
    }
}
