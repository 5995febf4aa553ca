using Quietune.Onnx.Operators;
using Quietune.Tuning.Gradients;
using Quietune.Tuning.Gradients.Rules;
using Quietune.Tuning.Models;
using static TorchSharp.torch;

namespace Quietune.Onnx.Factors.Rules;

/// <summary>A convolution over one or two axes: a linear layer over unfolded patches, or its bias.</summary>
internal sealed class ConvolutionRule : WindowRule
{
    /// <inheritdoc/>
    public override string Words(UseSite site) => site.Slot == BiasInput ? "bias: sum over positions (Conv)" : "convolution: linear over unfolded patches (Conv)";

    /// <inheritdoc/>
    public override int? BiasSlot(UseSite site) => site.Slot == 1 && site.InputShapes.Count > BiasInput && site.InputShapes[BiasInput] is not null ? BiasInput : null;

    /// <inheritdoc/>
    public override LayerFactors DeferredFactors(UseCall call, ParameterBlock block, Tensor outputGradient) => call.Site.Slot == 1 && outputGradient.shape[0] == call.Rows
        ? UseOf(call, block).ToDeferredFactors(outputGradient)
        : Factors(call, block, outputGradient);

    /// <inheritdoc/>
    protected override LayerFactors OfWeight(UseCall call, ParameterBlock block, Tensor outputGradient) => UseOf(call, block).ToFactors(outputGradient);

    private static ConvolutionUse UseOf(UseCall call, ParameterBlock block)
    {
        var node = call.Node;
        var window = ConvolutionOperators.ReadWindow(node);
        var isEven = window.Before.AsSpan().SequenceEqual(window.After);
        var input = isEven ? call.Input(0) : window.Pad(node, call.Input(0), 0);
        return new(block, call.Output, input, window.Strides, isEven ? window.Before : new long[window.Before.Length], window.Dilations) { Kernel = window.Size };
    }
}
