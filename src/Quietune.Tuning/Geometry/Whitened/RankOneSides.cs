using static TorchSharp.torch;

namespace Quietune.Tuning.Geometry.Whitened;

/// <summary>Whitened gradients of rank one, S ∘ (b aᵀ), held as their rotated sides.</summary>
/// <param name="whitening">The block's whitening.</param>
/// <param name="outputs">b, [U, groups, out′].</param>
/// <param name="inputs">a, [U, groups, in′].</param>
internal sealed class RankOneSides(BlockWhitening whitening, Tensor outputs, Tensor inputs) : WhitenedLayer
{
    /// <inheritdoc/>
    public override Tensor SquaredNorms() => whitening.RankOneSquaredNorms(outputs, inputs);

    /// <inheritdoc/>
    public override Tensor WeightedSum(Tensor weights)
    {
        var weighted = (outputs * weights.reshape(-1, 1, 1)).permute(1, 2, 0);         // [groups, out′, U]
        return whitening.Kept(whitening.Scaled(weighted.matmul(inputs.transpose(0, 1)).unsqueeze(0)).flatten(1)).squeeze(0);
    }
}
