using Quietune.Tuning.Geometry;
using Quietune.Tuning.Geometry.Projections;
using Quietune.Tuning.Gradients;
using Quietune.Tuning.Models;
using Quietune.Tuning.Tests.Gradients;
using static TorchSharp.torch;

namespace Quietune.Tuning.Tests.Geometry;

/// <summary>A⁻¹ = (VVᵀ/r₁² + (I − VVᵀ)²/r₂²)/2: principal directions and the residual.</summary>
public sealed class PartedGeometryTests : GeometryContract
{
    // The residual's norm is rounded up.
    protected override double Tolerance => 1e-3;

    protected override (IGeometry Geometry, Tensor InverseMetric) Make(TunableModel model, Tensor publicInputs)
    {
        var gradients = UnitGradients.Of(model, [publicInputs], PerExampleLoop.Loss);
        var rows = cat([.. gradients.Layers.Select(layer => layer.ToExplicit().Gradients.flatten(1))], 1).to_type(ScalarType.Float64);
        var (_, values, vectors) = linalg.svd(rows, fullMatrices: false);
        var kept = (int)Math.Min(2, (values > values[0] * 0.05).sum().item<long>());
        var strongest = vectors.narrow(0, 0, kept);
        var projector = strongest.transpose(0, 1).matmul(strongest);
        var residual = eye(projector.shape[0], dtype: ScalarType.Float64) - projector;
        var principal = PrincipalDirections.Of(model.Blocks, gradients, kept);
        var geometry = new PartedGeometry(model.Blocks, [(principal, 1), (new ResidualGeometry(model.Blocks, principal), 0.4)]);
        return (geometry, (projector + (residual.matmul(residual) / 0.16)) / 2);
    }
}
