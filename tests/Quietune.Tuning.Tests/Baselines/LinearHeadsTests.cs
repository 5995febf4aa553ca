using Quietune.Data;
using Quietune.Privacy.Accounting;
using Quietune.Privacy.Budgets;
using Quietune.Privacy.Noise;
using Quietune.Tuning.Baselines;
using Quietune.Tuning.Models;
using Quietune.Tuning.Planning;
using Quietune.Tuning.Pretraining;
using Quietune.Tuning.Rounds;
using Quietune.Tuning.Tests.Models;
using static TorchSharp.torch;

namespace Quietune.Tuning.Tests.Baselines;

/// <summary>Each method of a linear layer does what its paper says where the noise is next to nothing, spends its budget and no more, and adds the noise that its event says.</summary>
public sealed class LinearHeadsTests
{
    private const double Delta = 1e-5;
    private const int Rows = 600;
    private static readonly InMemoryExamples Examples = Make();

    public static TheoryData<string> All => [.. LinearHeads.Names];

    [Theory]
    [MemberData(nameof(All))]
    public void Event_OfEveryMethod_SpendsTheBudgetAndNoMore(string method)
    {
        foreach (var adjacency in new[] { Adjacency.AddRemove, Adjacency.ReplaceOne })
        {
            var spent = PrivacyOdometer.EpsilonOf([Start(method, 1, adjacency).Plan.Calibrated().Event], Delta, adjacency);
            Assert.InRange(spent, 0.99, 1);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Rehearsed_EveryMethod_LearnsAtAGenerousBudget(string method)
    {
        using var setting = new Setting();
        var (start, axes) = Methods.Of(method, LossFunction.CrossEntropy.Name, new(8, Delta), 20 * Rows, setting.Model.ParameterCount);
        using var rehearsal = new Rehearsal(setting.Expansion, [new("public", Examples.Slice(0, 400), Examples.Slice(400, 200))]);
        var found = rehearsal.Search(start, axes);
        Assert.InRange(found.Scenarios[0].After.Average(), 0.85, 1);
    }

    // What a rehearsal makes of a plan that promises harm.
    [Theory]
    [MemberData(nameof(All))]
    public void Tune_EveryMethodThatMayNotMove_LeavesTheModel(string method)
    {
        using var scope = NewDisposeScope();
        using var setting = new Setting();
        Tuner.Tune(setting.Expansion, (Start(method, 1, Adjacency.AddRemove).Plan with { TrustRadius = 0 }).Calibrated(), Examples, new SeededNoise(1));
        Assert.Equal(0, setting.Model.Capture().Matrices[0].abs().max().item<float>());
    }

    // Ridge regression on centred labels, solved here: catches a transposed, unscaled or wrongly packed moment.
    [Fact]
    public void AdaSsp_WithNextToNoNoise_IsRidgeRegression()
    {
        using var scope = NewDisposeScope();
        using var setting = new Setting();
        var plan = Quiet(LinearHeads.AdaSsp) with { ClipNorm = 1e3, Moments = new(0.5, 1e-9, 1e3) };
        Tuner.Tune(setting.Expansion, plan, Examples, new SeededNoise(1));
        var inputs = cat([tensor(Examples.Features, [Rows, 5]), ones(Rows, 1)], 1).to_type(ScalarType.Float64);
        var targets = nn.functional.one_hot(tensor(Examples.Labels).to_type(ScalarType.Int64), 3).to_type(ScalarType.Float64) - (1.0 / 3);
        var expected = linalg.solve(inputs.t().mm(inputs), inputs.t().mm(targets)).t();
        var found = setting.Model.Capture().Matrices[0][0];
        Assert.True((found - expected).norm().item<double>() < 0.01 * expected.norm().item<double>());
    }

    // From zero weights every row curves by a quarter: one round is Newton's step, several are the maximum of the likelihood.
    [Fact]
    public void Newton_WithNextToNoNoise_IsNewtonsMethod()
    {
        using var scope = NewDisposeScope();
        using var model = new ModuleModel(Networks.LinearHead(5, 1));
        var labels = Examples.Labels.Select((label, row) => row % 4 == 0 ? row / 4 % 2 : label > 0 ? 1f : 0).ToArray();
        var rows = new InMemoryExamples([5], Examples.Features, labels);
        using var expansion = new PublicExpansion(model, LossFunction.Binary, rows);
        var inputs = cat([tensor(rows.Features, [Rows, 5]), ones(Rows, 1)], 1).to_type(ScalarType.Float64);
        var targets = tensor(labels).to_type(ScalarType.Float64);
        var plan = Quiet(LinearHeads.Newton) with { Loss = "binary", ClipNorm = 1e3, Moments = new(0.5, 1e-9, 1e3) { Curved = true } };

        Tuner.Tune(expansion, plan with { Rounds = 1 }, rows, new SeededNoise(1));
        var first = linalg.solve(inputs.t().mm(inputs) / 4, inputs.t().mv(targets - 0.5).unsqueeze(1)).flatten();
        var found = model.Capture().Matrices[0].flatten().to_type(ScalarType.Float64);
        Assert.True((found - first).norm().item<double>() < 0.01 * first.norm().item<double>());

        Tuner.Tune(expansion, plan with { Rounds = 10 }, rows, new SeededNoise(1));
        found = model.Capture().Matrices[0].flatten().to_type(ScalarType.Float64);
        var slope = inputs.t().mv(inputs.mv(found).sigmoid() - targets) / Rows;
        Assert.True(slope.norm().item<double>() < 1e-3, $"{slope.norm().item<double>()}");
        Assert.True((found - first).norm().item<double>() > 0.1 * first.norm().item<double>());
    }

    [Fact]
    public void Newton_Event_ReleasesMomentsAndAGradientEveryRound()
    {
        var plan = (Start(LinearHeads.Newton, 1, Adjacency.AddRemove).Plan with { Rounds = 4, Moments = new(0.2, 1, 3) { Curved = true } }).Calibrated();
        var parts = Assert.IsType<ComposedEvent>(plan.Event).Events.Select(part => Assert.IsType<SelfComposedEvent>(part)).ToList();
        Assert.Equal([4, 4], parts.Select(part => part.Count));
        var multipliers = parts.ConvertAll(part => Assert.IsType<GaussianEvent>(part.Inner).NoiseMultiplier);
        Assert.Equal(0.2 * plan.Mu * plan.Mu, 4 / (multipliers[0] * multipliers[0]), 1e-9);
        Assert.Equal(0.8 * plan.Mu * plan.Mu, 4 / (multipliers[1] * multipliers[1]), 1e-9);
    }

    // The noise of the moments is in units of the largest that a row adds: a quarter of B² for one logit, (1 − 1/K)/K of it for K classes.
    [Theory]
    [InlineData(1, "binary", 0.25)]
    [InlineData(4, "cross-entropy", 0.1875)]
    public void Newton_MomentsWithoutRows_AreTheNoiseOfTheirEvent(int outputs, string loss, double largest)
    {
        using var scope = NewDisposeScope();
        using var model = new ModuleModel(Networks.LinearHead(90, outputs));
        var plan = (Start(LinearHeads.Newton, 1, Adjacency.AddRemove).Plan with { Moments = new(0.2, 1e6, 3) { Curved = true } }).Calibrated();
        using var inner = GeometryPlan.Identity.Build(new PublicExpansion(model, LossFunction.Named(loss), new([90], new float[90], [0])));
        using var geometry = InputMoments.Release(
            model, LossFunction.Named(loss), plan, inner, new(zeros(InputMoments.LengthOf(91), dtype: ScalarType.Float64).DetachFromDisposeScope()), new SeededNoise(4));
        var step = geometry.Step(ones(91 * outputs)).Matrices[0].mean().item<float>();
        Assert.Equal(plan.NominalSize / (1e6 * plan.MomentNoiseMultiplier * largest * 9 * Math.Sqrt(2 * 91)), step, 1e-2 * step);
    }

    [Fact]
    public void OutputPerturbation_WithNextToNoNoise_IsThePenalisedMinimum()
    {
        using var scope = NewDisposeScope();
        using var setting = new Setting();
        var plan = Quiet(LinearHeads.OutputPerturbation) with { ClipNorm = 50, Penalty = 0.05 };
        Tuner.Tune(setting.Expansion, plan, Examples, new SeededNoise(1));
        var found = setting.Model.Capture().Matrices[0][0];
        var minimum = PenalisedMinimum.Sum(new ModuleModel(Networks.LinearHead(5, 3)), LossFunction.CrossEntropy, Examples, 50, 0.05 * Rows, default).Open().reshape(3, 6) / (-0.05 * Rows);
        Assert.True((found - minimum).norm().item<double>() < 1e-3 * minimum.norm().item<double>());
    }

    // Without rows a release is its noise: σ/(Λ) on each number, and the noise of the moments on each of theirs. Alpha 1e-6; two thirds and three halves lie outside.
    [Fact]
    public void OutputPerturbation_WithoutRows_IsTheNoiseOfItsEvent()
    {
        using var scope = NewDisposeScope();
        using var model = new ModuleModel(Networks.LinearHead(400, 10));
        using var expansion = new PublicExpansion(model, LossFunction.CrossEntropy, new([400], new float[400], [0]));
        var plan = (Start(LinearHeads.OutputPerturbation, 1, Adjacency.AddRemove).Plan with { ClipNorm = 3, Penalty = 0.1 }).Calibrated();
        Tuner.Tune(expansion, plan, new InMemoryExamples([400], [], []), new SeededNoise(2));
        var found = model.Capture().Matrices[0].square().mean().item<float>();
        Near(Math.Pow(3 * Assert.IsType<GaussianEvent>(plan.Event).NoiseMultiplier / (0.1 * plan.NominalSize), 2), found, 4010);
    }

    // Without rows the minimum is −b/Λ.
    [Fact]
    public void ObjectivePerturbation_WithoutRows_IsItsCalibratedNoise()
    {
        using var scope = NewDisposeScope();
        using var model = new ModuleModel(Networks.LinearHead(400, 10));
        using var expansion = new PublicExpansion(model, LossFunction.CrossEntropy, new([400], new float[400], [0]));
        var plan = (Start(LinearHeads.ObjectivePerturbation, 1, Adjacency.AddRemove).Plan with { ClipNorm = 3, Penalty = 0.1 }).Calibrated();
        Assert.Equal(new ApproximateEvent(1, Delta), plan.Event);
        var calibrated = ObjectivePerturbation.Of(plan, LossFunction.CrossEntropy, 10);
        Tuner.Tune(expansion, plan, new InMemoryExamples([400], [], []), new SeededNoise(2));
        Near(Math.Pow(calibrated.NoiseScale / calibrated.Penalty, 2), model.Capture().Matrices[0].square().mean().item<float>(), 4010);
    }

    [Fact]
    public void ObjectivePerturbation_WithNextToNoNoise_IsThePenalisedMinimum()
    {
        using var scope = NewDisposeScope();
        using var setting = new Setting();
        var plan = Start(LinearHeads.ObjectivePerturbation, 1e5, Adjacency.AddRemove).Plan with { ClipNorm = 50, Penalty = 0.05 };
        Tuner.Tune(setting.Expansion, plan, Examples, new SeededNoise(1));
        var found = setting.Model.Capture().Matrices[0][0];
        var minimum = PenalisedMinimum.Sum(new ModuleModel(Networks.LinearHead(5, 3)), LossFunction.CrossEntropy, Examples, 50, 0.05 * Rows, default).Open().reshape(3, 6) / (-0.05 * Rows);
        Assert.True((found - minimum).norm().item<double>() < 0.05 * minimum.norm().item<double>());
    }

    [Fact]
    public void Moments_WithoutRows_AreTheNoiseOfTheirEvent()
    {
        using var scope = NewDisposeScope();
        using var model = new ModuleModel(Networks.LinearHead(90, 2));
        var plan = (Start(LinearHeads.AdaSsp, 1, Adjacency.AddRemove).Plan with { Moments = new(0.2, 1e6, 3) }).Calibrated();
        var multiplier = Assert.IsType<GaussianEvent>(Assert.IsType<ComposedEvent>(plan.Event).Events[0]).NoiseMultiplier;
        using var inner = GeometryPlan.Identity.Build(new PublicExpansion(model, LossFunction.CrossEntropy, new([90], new float[90], [0])));
        var noise = new Recorded(new SeededNoise(4));
        using var geometry = InputMoments.Release(model, LossFunction.CrossEntropy, plan, inner, new(zeros(InputMoments.LengthOf(91), dtype: ScalarType.Float64).DetachFromDisposeScope()), noise);

        // A ridge far above the noise leaves N/ridge on the diagonal: the ridge is in units of the noise that was drawn.
        var step = geometry.Step(ones(182)).Matrices[0].mean().item<float>();
        Assert.Equal(plan.NominalSize / (1e6 * multiplier * 9 * Math.Sqrt(2 * 91)), step, 1e-2 * step);
        Assert.Equal(InputMoments.LengthOf(91), noise.Drawn);
    }

    [Fact]
    public void Of_HalfWhitened_GoesHalfOfTheWay()
    {
        var geometry = Start(LinearHeads.HalfWhitened, 1, Adjacency.AddRemove).Plan.Geometry;
        Assert.Equal(0.25, geometry.Exponent);
        Assert.False(geometry.StepsFlat);
    }

    [Fact]
    public void Calibrated_MomentsOfSampledUnits_AreRefused() =>
        Assert.Throws<InvalidOperationException>(() => (Start(LinearHeads.AdaSsp, 1, Adjacency.AddRemove).Plan with { SamplingRate = 0.5 }).Calibrated());

    // What the event does not tell of, or what breaks the bound, must not run.
    [Fact]
    public void Tune_MomentsOrAMinimumBesideWhatTheEventDoesNotTell_IsRefused()
    {
        using var setting = new Setting();
        var (moments, minimum) = (Quiet(LinearHeads.AdaSsp), Quiet(LinearHeads.OutputPerturbation));
        foreach (var plan in new[]
        {
            moments with { SamplingRate = 0.5, NoiseMultiplier = 1 },
            moments with { CurvatureEvery = 1 },
            minimum with { SamplingRate = 0.5, NoiseMultiplier = 1 },
            minimum with { TargetClipQuantile = 0.5 },
            minimum with { Geometry = GeometryPlan.Kronecker(null) },
            minimum with { Geometry = GeometryPlan.Identity with { Damping = 0.25 } },
            minimum with { PerturbsObjective = true, Rounds = 2 },
            minimum with { PerturbsObjective = true, SamplingRate = 0.5 },
            minimum with { PerturbsObjective = true, Penalty = null },
        })
        {
            Assert.Throws<ArgumentException>(() => Tuner.Tune(setting.Expansion, plan, Examples, new SeededNoise(1)));
        }
    }

    private static void Near(double expected, double found, int count) => Assert.InRange(found / expected, 1 - (4.9 * Math.Sqrt(2.0 / count)), 1 + (4.9 * Math.Sqrt(2.0 / count)));

    private static Candidate Start(string method, double epsilon, Adjacency adjacency) =>
        Methods.Of(method, LossFunction.CrossEntropy.Name, new(epsilon, Delta), Rows, 18, adjacency).Start;

    private static TuningPlan Quiet(string method) => Start(method, 1, Adjacency.AddRemove).Plan with { Mu = 1e9 };

    private static InMemoryExamples Make()
    {
        using var scope = NewDisposeScope();
        var inputs = Filled.Normal(6, Rows, 5) * tensor(new[] { 1, 1, 0.5f, 0.3f, 0.2f });
        var labels = (inputs.mm(Filled.Normal(7, 5, 3)) * 4).argmax(1).to_type(ScalarType.Float32);
        return new([5], inputs.data<float>().ToArray(), labels.data<float>().ToArray());
    }

    private sealed class Setting : IDisposable
    {
        public Setting() => Expansion = new(Model, LossFunction.CrossEntropy, Examples);

        public ModuleModel Model { get; } = new(Networks.LinearHead(5, 3));

        public PublicExpansion Expansion { get; }

        public void Dispose()
        {
            Expansion.Dispose();
            Model.Dispose();
        }
    }

    private sealed class Recorded(INoiseSource source) : INoiseSource
    {
        public long Drawn { get; private set; }

        public bool IsSecure => false;

        public ulong NextUInt64() => source.NextUInt64();

        public void FillUniform(Span<double> destination) => source.FillUniform(destination);

        public void FillNormal(Span<double> destination)
        {
            Drawn += destination.Length;
            source.FillNormal(destination);
        }
    }
}
