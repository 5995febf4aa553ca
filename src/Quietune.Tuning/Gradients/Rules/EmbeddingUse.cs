using Quietune.Tuning.Models;
using static TorchSharp.torch;

namespace Quietune.Tuning.Gradients.Rules;

/// <summary>A table look-up: a linear layer over one-hot rows.</summary>
/// <param name="Block">The table [vocabulary, width], stored transposed.</param>
/// <param name="Output">[R, …, width].</param>
/// <param name="Indices">[R, …], int64.</param>
/// <param name="PaddingRow">A row of the table that never learns, or null.</param>
public sealed record EmbeddingUse(ParameterBlock Block, Tensor Output, Tensor Indices, long? PaddingRow = null) : ParameterUse(Block, Output)
{
    /// <inheritdoc/>
    public override LayerFactors ToFactors(Tensor outputGradient)
    {
        var indices = Indices.reshape(Indices.shape[0], -1);
        var b = outputGradient.reshape(indices.shape[0], -1, Block.Outputs);
        return new IndexedFactors(Block, indices, PaddingRow is { } row ? b * indices.ne(row).unsqueeze(-1) : b);
    }
}
