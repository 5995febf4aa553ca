using Quietune.Data;
using Quietune.Tuning.Geometry;
using Quietune.Tuning.Gradients;
using Quietune.Tuning.Models;
using Quietune.Tuning.Tests.Models;
using Quietune.Tuning.Planning;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Quietune.Tuning.Tests.Planning;

public sealed class LearnedDirectionsTests : IDisposable
{
    private readonly ModuleModel model = new(Filled.Parameters(Sequential(Linear(4, 6), Tanh(), Linear(6, 3)), scale: 0.5));
    private readonly InMemoryExamples rows = Rows();

    [Fact]
    public void Of_OneChangeOnly_SpansTheGradientOfChangedRowsAndLittleElse()
    {
        // Every change is the same, so all gradients lie on one short way; that of the unchanged rows is another.
        using var expansion = new PublicExpansion(model, LossFunction.CrossEntropy, rows) { Change = (given, _) => Moved(given, 2) };
        using var geometry = GeometryPlan.Kronecker(null, 0.1).Build(expansion);
        using var directions = LearnedDirections.Of(expansion, geometry);

        using var scope = NewDisposeScope();
        var changed = Mean(geometry, Moved(rows, 2));
        Assert.InRange(directions.mv(changed).norm().item<float>() / changed.norm().item<float>(), 0.999f, 1.001f);
        var unchanged = Mean(geometry, rows);
        Assert.True(directions.mv(unchanged).norm().item<float>() < 0.95 * unchanged.norm().item<float>());
        Assert.InRange(directions.shape[0], 1, 3);
    }

    [Fact]
    public void Of_ManyChanges_AreOrthonormalAndLeaveTheModelWhereItWas()
    {
        using var expansion = new PublicExpansion(model, LossFunction.CrossEntropy, rows) { Change = (given, index) => Moved(given, index / 10f) };
        using var geometry = GeometryPlan.Kronecker(null, 0.1).Build(expansion);
        using var before = model.Capture();
        using var directions = LearnedDirections.Of(expansion, geometry);
        using var after = model.Capture();

        using var scope = NewDisposeScope();
        var gram = directions.mm(directions.transpose(0, 1));
        Assert.True((gram - eye(gram.shape[0])).abs().max().item<float>() < 1e-3);
        Assert.All(before.Matrices.Zip(after.Matrices), pair => Assert.Equal(pair.First.data<float>().ToArray(), pair.Second.data<float>().ToArray()));
    }

    [Fact]
    public void Build_LearnedPlan_ReleasesSoManyNumbersAndIsTheSameEachTime()
    {
        using var expansion = new PublicExpansion(model, LossFunction.CrossEntropy, rows) { Change = (given, index) => Moved(given, index / 10f) };
        var plan = GeometryPlan.Kronecker(20, 0.1) with { Learned = 8 };
        using var first = plan.Build(expansion);
        using var again = new PublicExpansion(model, LossFunction.CrossEntropy, rows) { Change = expansion.Change };
        using var second = plan.Build(again);

        using var scope = NewDisposeScope();
        Assert.Equal(20, first.Dimension);
        Assert.True((Mean(first, rows) - Mean(second, rows)).abs().max().item<float>() < 1e-3);
        using var fewer = (plan with { Learned = 2 }).Build(expansion);
        Assert.Equal(20, fewer.Dimension);
        Assert.True((Mean(fewer, rows) - Mean(first, rows)).abs().max().item<float>() > 0.1);
        using var plain = (plan with { Learned = 0 }).Build(expansion);
        Assert.True((Mean(plain, rows) - Mean(first, rows)).abs().max().item<float>() > 0.1);
    }

    [Fact]
    public void Build_NoChangesKnown_IsRefused()
    {
        using var expansion = new PublicExpansion(model, LossFunction.CrossEntropy, rows);
        Assert.Contains("changes", Assert.Throws<ArgumentException>(() => (GeometryPlan.Kronecker(20, 0.1) with { Learned = 8 }).Build(expansion)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Build_WhatLearnedDirectionsDoNotDo_IsRefused()
    {
        // A plan that says flat steps or noise inputs, and is built without them, would not be the plan that was rehearsed.
        using var expansion = new PublicExpansion(model, LossFunction.CrossEntropy, rows) { Change = (given, _) => Moved(given, 2) };
        var plan = GeometryPlan.Kronecker(20, 0.1) with { Learned = 8 };
        Assert.All(
            new[] { plan with { StepsFlat = true }, plan with { NoiseInputs = true }, plan with { Subset = "bias" } },
            other => Assert.Contains("directions learned", Assert.Throws<ArgumentException>(() => other.Build(expansion)).Message, StringComparison.Ordinal));
    }

    public void Dispose() => model.Dispose();

    private Tensor Mean(IGeometry geometry, InMemoryExamples given)
    {
        using var gradients = UnitGradients.Of(model, LossFunction.CrossEntropy, TensorBatch.Of(given.Read(given.Count).First(), given.InputShapes));
        using var quiet = no_grad();
        return geometry.WeightedSum(gradients, ones([gradients.Units]) / gradients.Units);
    }

    private static InMemoryExamples Moved(InMemoryExamples given, float move) => given.With([.. given.Features.Select((value, i) => i % 4 == 0 ? value + move : value)], [.. given.Labels]);

    private static InMemoryExamples Rows()
    {
        using var scope = NewDisposeScope();
        var points = Filled.Normal(seed: 9, 400, 4);
        return new([4], points.flatten().data<float>().ToArray(), points.sum(1).gt(0).to_type(ScalarType.Float32).data<float>().ToArray());
    }
}
