using Quietune.Onnx.Operators;
using Quietune.Tuning.Gradients;
using Quietune.Tuning.Gradients.Rules;
using Quietune.Tuning.Models;
using static TorchSharp.torch;

namespace Quietune.Onnx.Factors.Rules;

/// <summary>A transposed convolution: input and output gradient change roles, so its weight is that of a convolution over the output gradient.</summary>
internal sealed class TransposedConvolutionRule : WindowRule
{
    /// <inheritdoc/>
    public override string Words(UseSite site) => site.Slot == BiasInput ? "bias: sum over positions (ConvTranspose)" : "convolution: linear over unfolded patches of the output gradient (ConvTranspose)";

    /// <inheritdoc/>
    protected override LayerFactors OfWeight(UseCall call, ParameterBlock block, Tensor outputGradient)
    {
        var node = call.Node;
        var rank = (int)outputGradient.dim() - 2;
        var (before, after) = ConvolutionOperators.TransposedCut(node);
        var whole = Window.Pad(node, outputGradient, before, after, 0);
        var use = new ConvolutionUse(block, call.Output, whole, Window.Positive(node, "strides", rank), new long[rank], Window.Positive(node, "dilations", rank)) { Kernel = call.Site.Shape[2..] };
        return use.ToFactors(call.Input(0));
    }
}
