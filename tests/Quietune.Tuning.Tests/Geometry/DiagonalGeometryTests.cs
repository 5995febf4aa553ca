using Quietune.Tuning.Geometry;
using Quietune.Tuning.Gradients;
using Quietune.Tuning.Models;
using Quietune.Tuning.Tests.Gradients;
using static TorchSharp.torch;

namespace Quietune.Tuning.Tests.Geometry;

/// <summary>A = diag(F) + λI, F from two batches of public rows; and its root, half of the way.</summary>
public abstract class DiagonalGeometryTests(double exponent) : GeometryContract
{
    private const double Damping = 0.1;

    protected override (IGeometry Geometry, Tensor InverseMetric) Make(TunableModel model, Tensor publicInputs)
    {
        var batches = publicInputs.split([5, publicInputs.shape[0] - 5]).Select(input => UnitGradients.Of(model, [input], PerExampleLoop.Loss)).ToList();
        var rows = cat([.. batches.Select(gradients => cat([.. gradients.Layers.Select(layer => layer.ToExplicit().Gradients.flatten(1))], 1))]).to_type(ScalarType.Float64);
        var diagonal = rows.square().mean([0]);
        return (DiagonalGeometry.Of(model.Blocks, batches, Damping, exponent: exponent), (diagonal + (Damping * diagonal.mean())).pow(-2 * exponent).diag());
    }
}

public sealed class WholeDiagonalGeometryTests() : DiagonalGeometryTests(0.5);

public sealed class HalfDiagonalGeometryTests() : DiagonalGeometryTests(0.25);
