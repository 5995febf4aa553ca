using Quietune.Tuning.Gradients;
using static TorchSharp.torch;

namespace Quietune.Onnx.Factors;

/// <summary>A node's use of a block in a forward pass.</summary>
/// <param name="Planned">Which rule holds for which block.</param>
/// <param name="Call">The node's values.</param>
internal sealed record OnnxUse(PlannedUse Planned, UseCall Call) : ParameterUse(Planned.Block, Call.Output)
{
    /// <inheritdoc/>
    public override LayerFactors ToFactors(Tensor outputGradient) => Planned.Factors(Call, outputGradient, isDeferred: false);

    /// <inheritdoc/>
    public override LayerFactors ToDeferredFactors(Tensor outputGradient) => Planned.Factors(Call, outputGradient, isDeferred: true);
}
