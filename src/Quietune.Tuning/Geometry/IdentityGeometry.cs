using Quietune.Tuning.Models;
using static TorchSharp.torch;

namespace Quietune.Tuning.Geometry;

/// <summary>W = I/√λ: no curvature at all. One release is a step of differentially private gradient descent (Abadi et al. 2016).</summary>
/// <param name="blocks">The model's blocks.</param>
/// <param name="damping">λ &gt; 0; 1 leaves gradients as they are.</param>
public sealed class IdentityGeometry(IReadOnlyList<ParameterBlock> blocks, double damping = 1)
    : BlockGeometry(blocks, [.. blocks.Select(block => Whitening(block, damping))])
{
    private static BlockWhitening Whitening(ParameterBlock block, double damping) =>
        BlockWhitening.Separable(block, null, null, full([1, 1], (float)(1 / Math.Sqrt(damping)), device: block.Weight.device), ones(1, 1, device: block.Weight.device));
}
