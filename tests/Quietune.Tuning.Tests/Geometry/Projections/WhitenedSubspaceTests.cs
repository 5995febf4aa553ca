using Quietune.Tuning.Geometry;
using Quietune.Tuning.Geometry.Projections;
using Quietune.Tuning.Gradients;
using Quietune.Tuning.Models;
using Quietune.Tuning.Tests.Gradients;
using static TorchSharp.torch;

namespace Quietune.Tuning.Tests.Geometry.Projections;

/// <summary>A⁻¹ = Pᵀ(P H Pᵀ + λI)⁻¹P, H the second moment of public gradients found one row at a time.</summary>
public sealed class WhitenedSubspaceTests : GeometryContract
{
    private const double Damping = 0.2;

    protected override (IGeometry Geometry, Tensor InverseMetric) Make(TunableModel model, Tensor publicInputs)
    {
        var dimension = Math.Min(5, model.ParameterCount);
        using var plain = RandomProjections.Hadamard(model.Blocks, dimension, 4);
        var basis = eye(dimension);
        var map = stack([.. Enumerable.Range(0, (int)dimension).Select(i => PerExampleLoop.Flat(plain.Lift(basis[i])))]).to_type(ScalarType.Float64);
        var gradients = UnitGradients.Of(model, [publicInputs], PerExampleLoop.Loss);
        var rows = cat([.. gradients.Layers.Select(layer => layer.ToExplicit().Gradients.flatten(1))], 1).to_type(ScalarType.Float64);
        var moment = map.matmul(rows.transpose(0, 1)).matmul(rows).matmul(map.transpose(0, 1)) / rows.shape[0];
        var damped = moment + (Damping * moment.trace().item<double>() / dimension * eye(dimension, dtype: ScalarType.Float64));
        return (RandomProjections.Hadamard(model.Blocks, dimension, 4).Whitened([gradients], Damping), map.transpose(0, 1).matmul(linalg.inv(damped)).matmul(map));
    }
}
