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

        var pair = new PairFactors(Block, a, b);
        return PrefersExplicit(Block, a.shape[2]) ? pair.ToExplicit() : pair;
    }

    /// <summary>Whether a unit's gradient takes less room than its factors: out·in ≤ T·(out + in).</summary>
    internal static bool PrefersExplicit(ParameterBlock block, long positions) =>
        positions > 1 && block.Outputs * block.Inputs <= positions * (block.Outputs + block.Inputs);
}
