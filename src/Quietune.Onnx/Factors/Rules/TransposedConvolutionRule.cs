using Quietune.Onnx.Operators;
using Quietune.Tuning.Gradients;
using Quietune.Tuning.Gradients.Rules;
using Quietune.Tuning.Models;
using static TorchSharp.torch;

namespace Quietune.Onnx.Factors.Rules;

/// <summary>A transposed convolution: input and output gradient change roles, so its weight is that of a convolution over the output gradient.</summary>
internal sealed class TransposedConvolutionRule : FactorRule
{
    /// <inheritdoc/>
    public override string Words(UseSite site) => site.Slot == 2 ? "bias: sum over positions (ConvTranspose)" : "convolution: linear over unfolded patches of the output gradient (ConvTranspose)";

    /// <inheritdoc/>
    public override MatrixForm? Form(UseSite site)
    {
        if (site.Layout is not { Axis: 0 })
        {
            return null;
        }

        var groups = site.Integer("group", 1);
        return site.Slot switch
        {
            1 when site.Shape.Length <= 4 && site.View.Kind != ViewKind.Transposed => new(groups, site.Shape[0] / groups, site.Shape[1..].Aggregate(1L, (product, size) => product * size), Transposed: false),
            2 => MatrixForm.Column(site.Shape),
            _ => null,
        };
    }

    /// <inheritdoc/>
    public override LayerFactors Factors(UseCall call, ParameterBlock block, Tensor outputGradient)
    {
        if (call.Site.Slot == 2)
        {
            return Columns(block, call.Layout.Summed(outputGradient, call.Rows, [1, call.Site.Shape[0], .. Enumerable.Repeat(1L, (int)outputGradient.dim() - 2)]));
        }

        var node = call.Node;
        var rank = (int)outputGradient.dim() - 2;
        var (before, after) = ConvolutionOperators.TransposedCut(node);
        var whole = Window.Pad(node, outputGradient, before, after, 0);
        var use = new ConvolutionUse(block, call.Output, whole, Window.Positive(node, "strides", rank), new long[rank], Window.Positive(node, "dilations", rank)) { Kernel = call.Site.Shape[2..] };
        return ConvolutionRule.InRows(call, use.ToFactors(call.Input(0)), outputGradient.shape[0]);
    }
}
