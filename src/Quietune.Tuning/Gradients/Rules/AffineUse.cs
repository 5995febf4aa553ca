using Quietune.Tuning.Models;
using static TorchSharp.torch;

namespace Quietune.Tuning.Gradients.Rules;

/// <summary>y = x̂ ∘ w + b with w and b broadcast over rows and positions: normalisation layers, bare scales and biases.</summary>
/// <param name="Block">w with b as its second column, [1, n, 2]; or either alone, [1, n, 1].</param>
/// <param name="Output">y.</param>
/// <param name="Normalised">x̂, shaped like y; null where the block is a bias alone.</param>
/// <param name="Axes">The axes of y, rows not counted, over which the parameter is laid out; all others are summed.</param>
public sealed record AffineUse(ParameterBlock Block, Tensor Output, Tensor? Normalised, IReadOnlyList<long> Axes) : ParameterUse(Block, Output)
{
    /// <inheritdoc/>
    public override LayerFactors ToFactors(Tensor outputGradient)
    {
        var columns = new List<Tensor>();
        if (Normalised is not null)
        {
            columns.Add(Reduced(outputGradient * Normalised));
        }

        if (Normalised is null || Block.Bias is not null)
        {
            columns.Add(Reduced(outputGradient));
        }

        return new ExplicitFactors(Block, stack(columns, -1).unsqueeze(1));
    }

    private Tensor Reduced(Tensor x)
    {
        var others = Enumerable.Range(1, (int)x.dim() - 1).Select(axis => (long)axis).Except(Axes).ToArray();
        return (others.Length == 0 ? x : x.sum(others)).reshape(x.shape[0], -1);
    }
}
