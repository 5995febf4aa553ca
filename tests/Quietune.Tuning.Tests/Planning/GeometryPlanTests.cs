using System.Text.Json;
using Quietune.Data;
using Quietune.Tuning.Geometry;
using Quietune.Tuning.Models;
using Quietune.Tuning.Planning;
using Quietune.Tuning.Tests.Gradients;
using Quietune.Tuning.Tests.Models;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Quietune.Tuning.Tests.Planning;

public sealed class GeometryPlanTests
{
    public static TheoryData<string> Kinds => [.. GeometryPlan.Kinds];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Build_FromItsJson_IsTheSameGeometry(string kind)
    {
        using var scope = NewDisposeScope();
        using var setting = new Setting();
        var plan = Plan(kind);
        var read = JsonSerializer.Deserialize<GeometryPlan>(JsonSerializer.Serialize(plan))!;
        Assert.Equal(plan, read);
        using var first = plan.Build(setting.Expansion);
        using var second = read.Build(setting.Expansion);
        Assert.Equal(first.Dimension, second.Dimension);
        var point = Filled.Normal(9, first.Dimension);
        PerExampleLoop.AssertClose(PerExampleLoop.Flat(first.Lift(point)), PerExampleLoop.Flat(second.Lift(point)), 1e-6);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Build_OnTheHead_MovesNothingElse(string kind)
    {
        using var scope = NewDisposeScope();
        using var setting = new Setting();
        using var geometry = (Plan(kind) with { Subset = "head" }).Build(setting.Expansion);
        var lifted = geometry.Lift(ones(geometry.Dimension));
        Assert.Equal(0, lifted.Matrices[0].norm().item<float>());
        Assert.NotEqual(0, lifted.Matrices[1].norm().item<float>());
    }

    [Fact]
    public void Build_LeavesTheModelWhereItIs()
    {
        using var scope = NewDisposeScope();
        using var setting = new Setting();
        setting.Model.Move(setting.Expansion.Origin, setting.Expansion.Origin, 0.5);
        using var before = setting.Model.Capture();
        using var geometry = Plan("principal").Build(setting.Expansion);
        Assert.Equal(0, (PerExampleLoop.Flat(before) - PerExampleLoop.Flat(setting.Model.Capture())).norm().item<float>());
        using var here = Plan("principal").BuildHere(setting.Expansion);
        var point = ones(here.Dimension);
        Assert.True((PerExampleLoop.Flat(here.Lift(point)) - PerExampleLoop.Flat(geometry.Lift(point))).norm().item<float>() > 1e-3);
    }

    [Fact]
    public void Build_NoiseInputs_IsAnotherCurvature()
    {
        using var scope = NewDisposeScope();
        using var setting = new Setting();
        using var real = Plan("kronecker").Build(setting.Expansion);
        using var noise = (Plan("kronecker") with { NoiseInputs = true }).Build(setting.Expansion);
        var point = ones(real.Dimension);
        Assert.True((PerExampleLoop.Flat(real.Lift(point)) - PerExampleLoop.Flat(noise.Lift(point))).norm().item<float>() > 1e-3);
    }

    [Theory]
    [InlineData("gaussian")]
    [InlineData("rademacher")]
    [InlineData("sparse")]
    [InlineData("hadamard")]
    public void EnergyKept_OfRandomSubspaces_IsTheirShareOfTheDimensions(string kind)
    {
        // The gradients of a small model are strongly correlated, so one subspace varies; sixty together pin the mean.
        using var setting = new Setting();
        var kept = Enumerable.Range(0, 60).Select(seed => EnergyKept.Of(setting.Expansion, GeometryPlan.Random(kind, 10) with { Seed = (ulong)seed })).ToList();
        var error = Math.Sqrt(kept.Sum(value => Math.Pow(value - kept.Average(), 2)) / kept.Count / (kept.Count - 1));
        Assert.InRange(kept.Average(), (10.0 / 39) - (4.9 * error), (10.0 / 39) + (4.9 * error));
        Assert.True(error < 10.0 / 39 / 10);
    }

    [Fact]
    public void EnergyKept_OfWholeGeometries_IsOne()
    {
        using var setting = new Setting();
        Assert.Equal(1, EnergyKept.Of(setting.Expansion, GeometryPlan.Identity), 1e-5);
        Assert.Equal(1, EnergyKept.Of(setting.Expansion, GeometryPlan.Kronecker(null)), 1e-4);
        Assert.Equal(1, EnergyKept.Of(setting.Expansion, Plan("diagonal")), 1e-4);
    }

    [Fact]
    public void EnergyKept_OfPrincipalDirections_IsThatOfTheBestSubspace()
    {
        using var scope = NewDisposeScope();
        using var setting = new Setting();
        var plan = new GeometryPlan("principal", 3, 1, null);
        var rows = stack([.. setting.Expansion.Gradients(1000, null).Select(gradients => PerExampleLoop.Flat(gradients).DetachFromDisposeScope())]).flatten(0, 1).to_type(ScalarType.Float64);
        var values = linalg.svdvals(rows).square();
        var kept = EnergyKept.Of(setting.Expansion, plan);
        Assert.Equal((values.narrow(0, 0, 3).sum() / values.sum()).item<double>(), kept, 1e-3);
        Assert.InRange(kept, 0.3, 0.999);
    }

    private static GeometryPlan Plan(string kind) => new(kind, 6, 0.1, 0.5) { Seed = 4, Rank = 2, Whitened = kind is "gaussian" or "hadamard" or "principal" };

    /// <summary>A model of 39 parameters and 120 public rows of three classes.</summary>
    private sealed class Setting : IDisposable
    {
        public Setting()
        {
            using var scope = NewDisposeScope();
            Model = new ModuleModel(Filled.Parameters(Sequential(Linear(5, 4), Tanh(), Linear(4, 3))));
            Expansion = new(Model, LossFunction.CrossEntropy, new InMemoryExamples([5], Filled.Normal(3, 120, 5).data<float>().ToArray(), [.. Enumerable.Range(0, 120).Select(row => (float)(row % 3))]));
        }

        public ModuleModel Model { get; }

        public PublicExpansion Expansion { get; }

        public void Dispose()
        {
            Expansion.Dispose();
            Model.Dispose();
        }
    }
}
