using Quietune.Tuning.Gradients.Rules;
using static TorchSharp.torch;

namespace Quietune.Tuning.Geometry.Whitened;

/// <summary>Gradients of a convolution formed once, their columns in the order in which pixels lie; scaled for the norms, and summed before they are put in order and whitened.</summary>
/// <param name="whitening">The block's whitening, which rotates nothing.</param>
/// <param name="use">Knows the order of the columns.</param>
/// <param name="gradients">[U, groups, out, in].</param>
internal sealed class GradientsByElement(BlockWhitening whitening, ConvolutionUse use, Tensor gradients) : WhitenedLayer
{
    /// <inheritdoc/>
    public override Tensor SquaredNorms()
    {
        if (whitening.OneScale is { } one)
        {
            return CoordinateSums.SquaredNorms(gradients.flatten(1)) * (one * one);
        }

        using var scope = NewDisposeScope();
        return CoordinateSums.SquaredNorms((gradients * whitening.ScaleInOrder(use.ElementOrder())).flatten(1)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Tensor WeightedSum(Tensor weights)
    {
        var sum = CoordinateSums.WeightedSum(gradients.flatten(1), weights).reshape(gradients.shape[1..]);
        return whitening.Coordinates(use.InWeightOrder(sum));
    }
}
