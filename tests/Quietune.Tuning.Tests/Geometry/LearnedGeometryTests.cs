using Quietune.Tuning.Geometry;
using Quietune.Tuning.Models;
using Quietune.Tuning.Tests.Models;
using static TorchSharp.torch;

namespace Quietune.Tuning.Tests.Geometry;

/// <summary>The metric BᵀMB of directions and coordinates within an eigenbasis: M = VᵀV + (I − VᵀV)EᵀE(I − VᵀV).</summary>
public sealed class LearnedGeometryTests : GeometryContract
{
    private const double Damping = 0.1;

    protected override (IGeometry Geometry, Tensor InverseMetric) Make(TunableModel model, Tensor publicInputs)
    {
        using var curvature = DenseCurvature.Measure(model, publicInputs);
        var eigenbasis = KroneckerGeometry.Of(curvature, Damping, 2 * curvature.Dimension / 3);
        var size = eigenbasis.Dimension;
        var whitening = stack([.. Enumerable.Range(0, (int)size).Select(i => Row(eigenbasis, size, i))]);

        var learned = Math.Max(1, size / 4);
        var (orthonormal, _) = linalg.qr(Filled.Normal(seed: 3, size, learned));
        var directions = orthonormal.transpose(0, 1).contiguous();
        var beside = eigenbasis.Strongest(size / 2, earlyWeight: 1);

        var outside = eye(size, dtype: ScalarType.Float64) - directions.transpose(0, 1).matmul(directions).to_type(ScalarType.Float64);
        var picked = outside.index_select(0, beside);
        var inner = (eye(size, dtype: ScalarType.Float64) - outside) + picked.transpose(0, 1).matmul(picked);
        var inverse = whitening.transpose(0, 1).matmul(inner).matmul(whitening);
        return (new LearnedGeometry(eigenbasis.AsSubspace(), directions, beside), inverse);
    }

    private static Tensor Row(KroneckerGeometry geometry, long size, int index)
    {
        using var unit = zeros([size]);
        unit[index] = 1;
        using var lifted = geometry.Lift(unit);
        return cat([.. lifted.Matrices.Select(matrix => matrix.flatten())]).to_type(ScalarType.Float64);
    }
}
