using Quietune.Tuning.Geometry;
using Quietune.Tuning.Geometry.Projections;
using Quietune.Tuning.Gradients;
using Quietune.Tuning.Models;
using Quietune.Tuning.Tests.Gradients;
using static TorchSharp.torch;

namespace Quietune.Tuning.Tests.Geometry.Projections;

/// <summary>A⁻¹ = VVᵀ, V the strongest right singular vectors of the public gradients.</summary>
public sealed class PrincipalDirectionsTests : GeometryContract
{
    protected override double Tolerance => 1e-3;

    protected override (IGeometry Geometry, Tensor InverseMetric) Make(TunableModel model, Tensor publicInputs)
    {
        var gradients = UnitGradients.Of(model, [publicInputs], PerExampleLoop.Loss);
        var rows = cat([.. gradients.Layers.Select(layer => layer.ToExplicit().Gradients.flatten(1))], 1).to_type(ScalarType.Float64);
        var (_, values, vectors) = linalg.svd(rows, fullMatrices: false);
        var kept = (int)Math.Min(4, (values > values[0] * 0.05).sum().item<long>());
        var strongest = vectors.narrow(0, 0, kept);
        return (PrincipalDirections.Of(model.Blocks, gradients, kept), strongest.transpose(0, 1).matmul(strongest));
    }

    [Fact]
    public void Of_MoreDirectionsThanPublicUnits_IsRefused()
    {
        using var scope = NewDisposeScope();
        using var model = new ModuleModel(LayerCases.Get("linear").Module());
        var gradients = UnitGradients.Of(model, [LayerCases.Get("linear").Input(3)], PerExampleLoop.Loss);
        Assert.Throws<ArgumentException>(() => PrincipalDirections.Of(model.Blocks, gradients, 4));
    }
}
