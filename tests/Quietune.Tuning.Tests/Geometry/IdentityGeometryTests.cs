using Quietune.Tuning.Geometry;
using Quietune.Tuning.Models;
using static TorchSharp.torch;

namespace Quietune.Tuning.Tests.Geometry;

/// <summary>A = λI.</summary>
public sealed class IdentityGeometryTests : GeometryContract
{
    private const double Damping = 2.5;

    protected override (IGeometry Geometry, Tensor InverseMetric) Make(TunableModel model, Tensor publicInputs) =>
        (new IdentityGeometry(model.Blocks, Damping), eye(model.ParameterCount, dtype: ScalarType.Float64) / Damping);
}
