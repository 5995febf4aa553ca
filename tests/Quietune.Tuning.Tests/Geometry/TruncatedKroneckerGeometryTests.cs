using Quietune.Tuning.Geometry;
using Quietune.Tuning.Models;
using static TorchSharp.torch;

namespace Quietune.Tuning.Tests.Geometry;

/// <summary>The metric of the strongest eigenvectors alone: A⁻¹ = E(Eᵀ(H + λI)E)⁻¹Eᵀ.</summary>
public sealed class TruncatedKroneckerGeometryTests : GeometryContract
{
    private const double Damping = 0.1;

    protected override (IGeometry Geometry, Tensor InverseMetric) Make(TunableModel model, Tensor publicInputs)
    {
        using var curvature = DenseCurvature.Measure(model, publicInputs);
        var dense = DenseCurvature.Of(curvature);
        var mean = dense.trace().item<double>() / dense.shape[0];

        // Fewer than half, and where no two eigenvalues tie.
        var (values, vectors) = linalg.eigh(dense);
        var (sorted, order) = values.sort(descending: true);
        var kept = (int)Math.Max(1, dense.shape[0] / 3);
        while (kept > 1 && !(sorted[kept - 1].item<double>() > 1.001 * sorted[kept].item<double>()))
        {
            kept--;
        }

        var strongest = vectors.index_select(1, order.narrow(0, 0, kept));
        var inverse = strongest.matmul((sorted.narrow(0, 0, kept) + (Damping * mean)).reciprocal().diag()).matmul(strongest.transpose(0, 1));
        return (KroneckerGeometry.Of(curvature, Damping, kept), inverse);
    }
}
