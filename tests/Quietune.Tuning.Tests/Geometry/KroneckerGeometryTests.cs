using Quietune.Tuning.Geometry;
using Quietune.Tuning.Models;
using static TorchSharp.torch;

namespace Quietune.Tuning.Tests.Geometry;

/// <summary>A = U(Λ + λI)Uᵀ with every coordinate.</summary>
public sealed class KroneckerGeometryTests : GeometryContract
{
    private const double Damping = 0.1;

    protected override (IGeometry Geometry, Tensor InverseMetric) Make(TunableModel model, Tensor publicInputs)
    {
        using var curvature = DenseCurvature.Measure(model, publicInputs);
        var dense = DenseCurvature.Of(curvature);
        var mean = dense.trace().item<double>() / dense.shape[0];
        return (KroneckerGeometry.Of(curvature, Damping), linalg.inv(dense + (Damping * mean * eye(dense.shape[0], dtype: ScalarType.Float64))));
    }
}
