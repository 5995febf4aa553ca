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
        // A factor above 1 comes before squaring, for it would lift what vanishes there.
        if (whitening.OneScale is <= 1 and var one)
        {
            return (Norms(gradients) * one).square();
        }

        using var scope = NewDisposeScope();
        return Norms(gradients * whitening.ScaleInOrder(use.ElementOrder())).square().MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Tensor WeightedSum(Tensor weights)
    {
        var sum = weights.unsqueeze(0).mm(gradients.flatten(1)).reshape(gradients.shape[1..]);
        return whitening.Coordinates(use.InWeightOrder(sum));
    }

    private static Tensor Norms(Tensor x) => linalg.vector_norm(x.flatten(1), dims: [1]);
}
