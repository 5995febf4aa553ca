using Quietune.Tuning.Geometry;
using Quietune.Tuning.Models;
using static TorchSharp.torch;

namespace Quietune.Tuning.Tests.Geometry;

/// <summary>The metric of the strongest eigenvectors alone: A⁻¹ = E(Eᵀ(H + λI)E)⁻¹Eᵀ.</summary>
public class TruncatedKroneckerGeometryTests : GeometryContract
{
    private const double Damping = 0.1;

    protected virtual double EarlyWeight => 1;

    protected override (IGeometry Geometry, Tensor InverseMetric) Make(TunableModel model, Tensor publicInputs)
    {
        using var curvature = DenseCurvature.Measure(model, publicInputs);
        var dense = DenseCurvature.Of(curvature);
        var mean = dense.trace().item<double>() / dense.shape[0];

        // The weight is one number on a whole block, so it changes the order of the eigenvectors and not the eigenvectors.
        var last = Math.Max(1, model.Blocks.Count - 1);
        var weights = cat([.. model.Blocks.Select((block, i) => full([block.Count], model.Blocks.Count == 1 ? 1 : Math.Pow(EarlyWeight, 1 - ((double)i / last)), dtype: dense.dtype))]);

        // Fewer than half, and where no two eigenvalues tie.
        var (values, vectors) = linalg.eigh(dense * weights.unsqueeze(0));
        var (sorted, order) = values.sort(descending: true);
        var kept = (int)Math.Max(1, dense.shape[0] / 3);
        while (kept > 1 && !(sorted[kept - 1].item<double>() > 1.001 * sorted[kept].item<double>()))
        {
            kept--;
        }

        var strongest = vectors.index_select(1, order.narrow(0, 0, kept));
        var curvatures = strongest.mul(dense.matmul(strongest)).sum([0]);
        var inverse = strongest.matmul((curvatures + (Damping * mean)).reciprocal().diag()).matmul(strongest.transpose(0, 1));
        return (KroneckerGeometry.Of(curvature, Damping, kept, earlyWeight: EarlyWeight), inverse);
    }
}
