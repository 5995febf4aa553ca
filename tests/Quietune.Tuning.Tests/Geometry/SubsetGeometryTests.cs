using Quietune.Tuning.Geometry;
using Quietune.Tuning.Geometry.Projections;
using Quietune.Tuning.Models;
using Quietune.Tuning.Tests.Gradients;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Quietune.Tuning.Tests.Geometry;

/// <summary>The identity on the first block alone: ones on its part of the diagonal.</summary>
public sealed class SubsetGeometryTests : GeometryContract
{
    protected override (IGeometry Geometry, Tensor InverseMetric) Make(TunableModel model, Tensor publicInputs)
    {
        var subset = ParameterSubset.Of(model.Blocks, model.Blocks[0].Name);
        var diagonal = cat([.. model.Blocks.Select((block, i) => full([block.Count], i == 0 ? 1.0 : 0.0, dtype: ScalarType.Float64))]);
        return (new SubsetGeometry(model.Blocks, subset, new IdentityGeometry(subset.Blocks)), diagonal.diag());
    }

    [Theory]
    [InlineData("head", 15)]
    [InlineData("bias", 7 + 4)]
    [InlineData("normalisation", 8)]
    [InlineData("0.*", 24)]
    [InlineData("bias, head", 15 + 4 + 4)]
    public void Of_EachName_ChoosesItsParameters(string name, long expected)
    {
        using var model = Model();
        Assert.Equal(expected, ParameterSubset.Of(model.Blocks, name).Blocks.Sum(block => block.Count));
    }

    [Fact]
    public void Of_NameThatNothingHas_IsRefused()
    {
        using var model = Model();
        Assert.Contains("colour", Assert.Throws<ArgumentException>(() => ParameterSubset.Of(model.Blocks, "colour")).Message, StringComparison.Ordinal);
    }

    private static ModuleModel Model() => new(Sequential(Linear(5, 4), LayerNorm([4]), Tanh(), Linear(4, 3)));
}

/// <summary>Every bias under a whitened random subspace: what lies in other places of a subset moves nothing.</summary>
public sealed class BiasSubsetGeometryTests : GeometryContract
{
    protected override (IGeometry Geometry, Tensor InverseMetric) Make(TunableModel model, Tensor publicInputs)
    {
        var hasBias = model.Blocks.Any(block => block.Bias is not null || block.Rule.StartsWith("bias", StringComparison.Ordinal));
        var subset = ParameterSubset.Of(model.Blocks, hasBias ? "bias" : "*");
        var marked = model.Blocks.Select(block => !hasBias || block.Rule.StartsWith("bias", StringComparison.Ordinal)
            ? ones([block.Count], dtype: ScalarType.Float64)
            : block.Bias is null
                ? zeros([block.Count], dtype: ScalarType.Float64)
                : cat([zeros([block.Groups, block.Outputs, block.WeightInputs], dtype: ScalarType.Float64), ones([block.Groups, block.Outputs, 1], dtype: ScalarType.Float64)], -1).flatten());
        return (new SubsetGeometry(model.Blocks, subset, new IdentityGeometry(subset.Blocks, 2)), (cat([.. marked]) / 2).diag());
    }
}
