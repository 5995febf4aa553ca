using System.Reflection;
using Quietune.Data;
using Quietune.Privacy.Budgets;
using Quietune.Privacy.Noise;
using Quietune.Tuning.Geometry;
using Quietune.Tuning.Mechanism;
using Quietune.Tuning.Models;
using Quietune.Tuning.Planning;
using Quietune.Tuning.Pretraining;
using Quietune.Tuning.Rounds;
using Quietune.Tuning.Tests.Gradients;
using Quietune.Tuning.Tests.Mechanism;
using Quietune.Tuning.Tests.Models;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Quietune.Tuning.Tests.Planning;

/// <summary>Settings come from public rows in the private rows' role, and nothing is done where every step harms.</summary>
public sealed class RehearsalTests
{
    private static readonly PlanAxis Radius = new("radius", [0.01, 0.1, 0.5], (candidate, value) => candidate with { Plan = candidate.Plan with { TrustRadius = value } });
    private static readonly PlanAxis Quantile = new("quantile", [0.2, 0.6], (candidate, value) => candidate with { ClipQuantile = value });

    [Fact]
    public void Search_WhereEveryStepHarms_DoesNothing()
    {
        // A good model, stand-ins of the same kind, and noise that drowns them.
        using var setting = new Setting();
        using var rehearsal = new Rehearsal(setting.Expansion, [setting.AsTheyAre]);
        var result = rehearsal.Search(Start(mu: 1e-4), [Radius, Quantile]);
        Assert.True(result.DoesNothing);
        Assert.Equal(0, result.PredictedGain);
        Assert.Equal(0, result.Plan.TrustRadius);

        using var scope = NewDisposeScope();
        Tuner.Tune(setting.Expansion, result.Plan, setting.AsTheyAre.StandIn, new SeededNoise(99));
        Assert.True(PerExampleLoop.Flat(setting.Expansion.Origin).equal(PerExampleLoop.Flat(setting.Model.Capture())).all().item<bool>());
    }

    [Fact]
    public void Search_FixedStepsThatHarm_DoNothingEither()
    {
        using var setting = new Setting();
        using var rehearsal = new Rehearsal(setting.Expansion, [setting.AsTheyAre]);
        var start = Start(mu: 1e-4);
        var result = rehearsal.Search(start with { Plan = start.Plan with { TrustRadius = null, StepSize = 1 } }, [Quantile]);
        Assert.True(result.DoesNothing);
        Assert.Equal(0, result.Plan.TrustRadius);
    }

    [Fact]
    public void Search_WhereTuningHelps_PredictsTheGainThatComes()
    {
        using var setting = new Setting();
        using var rehearsal = new Rehearsal(setting.Expansion, [setting.Shifted], draws: 2);
        var result = rehearsal.Search(Start(mu: 5), [Radius, Quantile]);
        Assert.False(result.DoesNothing);
        Assert.InRange(result.PredictedGain, 0.05, 1);

        var before = Accuracy.Of(setting.Model, setting.Unseen);
        Tuner.Tune(setting.Expansion, result.Plan, setting.Shifted.StandIn, new SeededNoise(99));
        Assert.Equal(result.PredictedGain, Accuracy.Of(setting.Model, setting.Unseen) - before, 0.08);
    }

    [Fact]
    public void Search_Twice_FindsTheSame()
    {
        using var setting = new Setting();
        RehearsalResult Result()
        {
            using var rehearsal = new Rehearsal(setting.Expansion, [setting.AsTheyAre, setting.Shifted]);
            return rehearsal.Search(Start(mu: 1), [Radius, Quantile]);
        }

        var (first, second) = (Result(), Result());
        Assert.Equal(first.Plan.Hash(), second.Plan.Hash());
        Assert.Equal(first.PredictedGain, second.PredictedGain);
        Assert.Equal(first.Scenarios.SelectMany(score => score.After), second.Scenarios.SelectMany(score => score.After));

        // Every candidate at most once: of three radii and two quantiles those that the walk comes to.
        Assert.InRange(first.Tried, 3, 5);
    }

    [Fact]
    public void Search_ClipNorm_IsTheQuantileOfStandInNorms()
    {
        using var setting = new Setting();
        using var rehearsal = new Rehearsal(setting.Expansion, [setting.Shifted]);
        var plan = rehearsal.Search(Start(mu: 5) with { ClipQuantile = 0.5 }, []).Plan;
        using var scope = NewDisposeScope();
        Assert.True(PerExampleLoop.Flat(setting.Expansion.Origin).equal(PerExampleLoop.Flat(setting.Model.Capture())).all().item<bool>());
        using var geometry = plan.Geometry.Build(setting.Expansion);
        var rows = setting.Shifted.StandIn;
        var gradients = Quietune.Tuning.Gradients.UnitGradients.Of(
            setting.Model, LossFunction.CrossEntropy, Quietune.Tuning.Gradients.TensorBatch.Of(rows.Read(rows.Count).First(), rows.InputShapes));
        var norms = geometry.SquaredNorms(gradients).sqrt().data<float>().ToArray();
        Assert.InRange(norms.Count(norm => norm <= plan.ClipNorm * (1 + 1e-5)) / (double)norms.Length, 0.48, 0.52);
    }

    [Fact]
    public void Search_StandInRowThatIsNotFinite_CountsAsZeroAsItWouldInThePass()
    {
        using var setting = new Setting();
        using var poisoned = new Rehearsal(setting.Expansion, [setting.Shifted with { StandIn = With(setting.Shifted.StandIn, float.NaN) }]);
        using var clean = new Rehearsal(setting.Expansion, [setting.Shifted]);
        Assert.Equal(clean.Search(Start(mu: 5), []).PredictedGain, poisoned.Search(Start(mu: 5), []).PredictedGain, 0.01);

        static InMemoryExamples With(InMemoryExamples rows, float value) => new([2], [.. rows.Features, value, value], [.. rows.Labels, 0]);
    }

    [Theory]
    [InlineData(new[] { 0.70, 0.71, 0.72 }, true)]    // a small lead, the same everywhere
    [InlineData(new[] { 0.69, 0.75, 0.69 }, false)]   // the same mean lead, from one scenario alone
    [InlineData(new[] { 0.68, 0.69, 0.70 }, false)]
    public void IsBetter_Lead_MustBeLargerThanItsStandardError(double[] after, bool isBetter)
    {
        double[] leader = [0.69, 0.70, 0.71];
        Assert.Equal(isBetter, Rehearsal.IsBetter(Scores(after), Scores(leader)));

        static ScenarioScore[] Scores(double[] values) => [.. values.Select((value, i) => new ScenarioScore($"{i}", 0.5, [value]))];
    }

    [Fact]
    public void IsBetter_WhereTheLeaderGainsNothing_AnyLeadCounts()
    {
        ScenarioScore[] leader = [new("a", 0.5, [0.4]), new("b", 0.5, [0.4])];
        Assert.True(Rehearsal.IsBetter([new("a", 0.5, [0.39]), new("b", 0.5, [0.42])], leader));
    }

    [Fact]
    public void Search_NoChangesKnown_LeavesLearnedDirectionsOut()
    {
        using var setting = new Setting();
        using var rehearsal = new Rehearsal(setting.Expansion, [setting.Shifted]);
        var start = Start(mu: 5);
        var result = rehearsal.Search(start with { Plan = start.Plan with { Geometry = GeometryPlan.Kronecker(10) with { Learned = 3 } } }, []);
        Assert.Equal(0, result.BestPlan.Geometry.Learned);
    }

    [Fact]
    public void Search_Cancelled_Stops()
    {
        using var setting = new Setting();
        using var rehearsal = new Rehearsal(setting.Expansion, [setting.AsTheyAre]);
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => rehearsal.Search(Start(mu: 1), [Radius], cancellationToken: stop.Token));
    }

    [Theory]
    [InlineData(typeof(Rehearsal))]
    [InlineData(typeof(PublicExpansion))]
    [InlineData(typeof(KroneckerCurvature))]
    [InlineData(typeof(KroneckerGeometry))]
    [InlineData(typeof(GeometryPlan))]
    [InlineData(typeof(TrustRegion))]
    public void Surface_OfWhatIsPublic_TakesNoStreamOfRowsAndNothingPrivate(Type type)
    {
        // Private rows come as a stream and go into a sensitive sum: neither can be handed to what decides a plan or a step.
        var parameters = type.GetMembers(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static).OfType<MethodBase>().SelectMany(method => method.GetParameters());
        Assert.DoesNotContain(parameters, parameter => IsPrivate(parameter.ParameterType));

        static bool IsPrivate(Type type) =>
            type == typeof(IExampleSource) || (type.IsGenericType && (type.GetGenericTypeDefinition() == typeof(Sensitive<>) || type.GetGenericArguments().Any(IsPrivate)));
    }

    private static Candidate Start(double mu) => new(
        new TuningPlan
        {
            Method = "test",
            Loss = "cross-entropy",
            Geometry = GeometryPlan.Kronecker(null, 0.1),
            ClipNorm = 1,
            NominalSize = 100,
            Epsilon = 1,
            Delta = 1e-5,
            Mu = mu,
            TrustRadius = 0.1,
            Adjacency = Adjacency.AddRemove,
        },
        0.6);

    /// <summary>Points of two classes on either side of a line, and a network that knows the line; shifted, the line lies elsewhere.</summary>
    private sealed class Setting : IDisposable
    {
        public Setting()
        {
            var module = Filled.Parameters(Sequential(Linear(2, 8), Tanh(), Linear(8, 2)), scale: 0.3);
            Trainer.Train(module, LossFunction.CrossEntropy, Points(600, 1, 0), epochs: 15, learningRate: 0.02, batchSize: 64);
            Model = new ModuleModel(module);
            Expansion = new PublicExpansion(Model, LossFunction.CrossEntropy, Points(300, 2, 0));
            AsTheyAre = new("as they are", Points(100, 3, 0), Points(400, 4, 0));
            Shifted = new("shifted", Points(100, 5, 1), Points(400, 6, 1));
            Unseen = Points(1000, 7, 1);
        }

        public ModuleModel Model { get; }

        public PublicExpansion Expansion { get; }

        public Scenario AsTheyAre { get; }

        public Scenario Shifted { get; }

        public InMemoryExamples Unseen { get; }

        public void Dispose()
        {
            Expansion.Dispose();
            Model.Dispose();
        }

        private static InMemoryExamples Points(int count, ulong seed, float shift)
        {
            using var scope = NewDisposeScope();
            var points = Filled.Normal(seed, count, 2);
            return new([2], (points + shift).flatten().data<float>().ToArray(), points.sum(1).gt(0).to_type(ScalarType.Float32).data<float>().ToArray());
        }
    }
}
