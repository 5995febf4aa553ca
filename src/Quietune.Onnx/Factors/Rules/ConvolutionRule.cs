using Quietune.Onnx.Operators;
using Quietune.Tuning.Gradients;
using Quietune.Tuning.Gradients.Rules;
using Quietune.Tuning.Models;
using static TorchSharp.torch;

namespace Quietune.Onnx.Factors.Rules;

/// <summary>A convolution over one or two axes: a linear layer over unfolded patches, or its bias.</summary>
internal sealed class ConvolutionRule : FactorRule
{
    /// <inheritdoc/>
    public override string Words(UseSite site) => site.Slot == 2 ? "bias: sum over positions (Conv)" : "convolution: linear over unfolded patches (Conv)";

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
    public override int? BiasSlot(UseSite site) => site.Slot == 1 && site.InputShapes.Count > 2 && site.InputShapes[2] is not null ? 2 : null;

    /// <inheritdoc/>
    public override LayerFactors Factors(UseCall call, ParameterBlock block, Tensor outputGradient) => Factors(call, block, outputGradient, isDeferred: false);

    /// <inheritdoc/>
    public override LayerFactors DeferredFactors(UseCall call, ParameterBlock block, Tensor outputGradient) =>
        Factors(call, block, outputGradient, isDeferred: call.Site.Slot == 1 && outputGradient.shape[0] == call.Rows);

    private static LayerFactors Factors(UseCall call, ParameterBlock block, Tensor outputGradient, bool isDeferred)
    {
        if (call.Site.Slot == 2)
        {
            return Columns(block, call.Layout.Summed(outputGradient, call.Rows, [1, call.Site.Shape[0], .. Enumerable.Repeat(1L, (int)outputGradient.dim() - 2)]));
        }

        var node = call.Node;
        var window = ConvolutionOperators.ReadWindow(node);
        var isEven = window.Before.AsSpan().SequenceEqual(window.After);
        var input = isEven ? call.Input(0) : window.Pad(node, call.Input(0), 0);
        var use = new ConvolutionUse(block, call.Output, input, window.Strides, isEven ? window.Before : new long[window.Before.Length], window.Dilations) { Kernel = window.Size };
        return isDeferred ? use.ToDeferredFactors(outputGradient) : InRows(call, use.ToFactors(outputGradient), outputGradient.shape[0]);
    }

    /// <summary>Where several images of one row lie on the first axis, their gradients are added.</summary>
    internal static LayerFactors InRows(UseCall call, LayerFactors factors, long images)
    {
        if (images == call.Rows)
        {
            return factors;
        }

        var inner = call.Layout.Inner ?? (images / call.Rows);
        return factors.Grouped(arange(images).div(inner, RoundingMode.floor).remainder(call.Rows).to_type(ScalarType.Int64), call.Rows);
    }
}
