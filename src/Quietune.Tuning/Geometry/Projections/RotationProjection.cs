using Quietune.Tuning.Gradients;
using Quietune.Tuning.Models;
using static TorchSharp.torch;

namespace Quietune.Tuning.Geometry.Projections;

/// <summary>P = P_outᵀ ⊗ P_inᵀ on one block: the coordinates are the small matrix P_outᵀ G P_in.</summary>
/// <remarks>A unit of T positions costs T·(o·k₁ + i·k₂ + k₁k₂); its gradient o·i is never formed where it came as factors.</remarks>
/// <param name="block">The parameters.</param>
/// <param name="offset">The first coordinate.</param>
/// <param name="rotation">Both sides; owned.</param>
internal sealed class RotationProjection(ParameterBlock block, long offset, BlockWhitening rotation) : BlockProjection(block, offset, rotation.Dimension)
{
    /// <inheritdoc/>
    public override long HeldBytes => BytesOf(rotation.InRotation, rotation.OutRotation);

    /// <inheritdoc/>
    public override Tensor Apply(LayerFactors factors) => factors.Coordinates(rotation);

    /// <inheritdoc/>
    public override Tensor Transpose(Tensor coordinates) => rotation.Lift(coordinates);

    /// <inheritdoc/>
    public override void Dispose() => rotation.Dispose();
}
