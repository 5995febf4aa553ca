using static TorchSharp.torch;

namespace Quietune.Tuning.Geometry.Whitened;

/// <summary>Whitened gradients held as they are: S ∘ (Oᵀ G I) of every unit.</summary>
/// <param name="whitening">The block's whitening.</param>
/// <param name="coordinates">[U, groups·out′·in′], zero where a coordinate is dropped.</param>
internal sealed class HeldCoordinates(BlockWhitening whitening, Tensor coordinates) : WhitenedLayer
{
    /// <inheritdoc/>
    public override Tensor SquaredNorms() => CoordinateSums.SquaredNorms(coordinates);

    /// <inheritdoc/>
    public override Tensor WeightedSum(Tensor weights) => whitening.Kept(CoordinateSums.WeightedSum(coordinates, weights).unsqueeze(0)).squeeze(0);
}
