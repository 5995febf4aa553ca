using Quietune.Tuning.Models;
using static TorchSharp.torch;

namespace Quietune.Tuning.Gradients.Rules;

/// <summary>y = x·Wᵀ + b over any number of positions: [R, …, in] → [R, …, out].</summary>
/// <param name="Block">The weight, one group.</param>
/// <param name="Output">y.</param>
/// <param name="Input">x.</param>
public sealed record LinearUse(ParameterBlock Block, Tensor Output, Tensor Input) : ParameterUse(Block, Output)
{
    /// <inheritdoc/>
    public override LayerFactors ToFactors(Tensor outputGradient)
    {
        var rows = Input.shape[0];
        var a = Input.reshape(rows, 1, -1, Block.WeightInputs);
        var b = outputGradient.reshape(rows, 1, -1, Block.Outputs);
        if (Block.Bias is not null)
        {
            a = cat([a, ones_like(a.narrow(-1, 0, 1))], -1);
        }

        return new PairFactors(Block, a, b).Compact();
    }
}
