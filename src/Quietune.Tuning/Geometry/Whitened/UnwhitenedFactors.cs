using Quietune.Tuning.Gradients;
using static TorchSharp.torch;

namespace Quietune.Tuning.Geometry.Whitened;

/// <summary>Gradients kept as factors: the norms come from the factors, and the sum is whitened once, after it was taken.</summary>
/// <param name="whitening">The block's whitening.</param>
/// <param name="factors">The factors.</param>
internal sealed class UnwhitenedFactors(BlockWhitening whitening, LayerFactors factors) : WhitenedLayer
{
    /// <inheritdoc/>
    public override Tensor SquaredNorms() => factors.SquaredNorms(whitening);

    /// <inheritdoc/>
    public override Tensor WeightedSum(Tensor weights) => whitening.Coordinates(factors.WeightedSum(weights));
}
