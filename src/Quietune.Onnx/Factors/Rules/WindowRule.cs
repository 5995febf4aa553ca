using Quietune.Tuning.Gradients;
using Quietune.Tuning.Models;
using static TorchSharp.torch;

namespace Quietune.Onnx.Factors.Rules;

/// <summary>What convolutions and transposed ones share: a weight of groups of matrices over a window of one or two axes, and a bias that is summed over positions.</summary>
internal abstract class WindowRule : FactorRule
{
    /// <summary>The input that is the bias.</summary>
    protected const int BiasInput = 2;

    /// <inheritdoc/>
    public sealed override MatrixForm? Form(UseSite site)
    {
        if (site.Layout is not { Axis: 0 })
        {
            return null;
        }

        var groups = site.Integer("group", 1);
        return site.Slot switch
        {
            1 when site.Shape.Length <= 4 && site.View.Kind != ViewKind.Transposed => new(groups, site.Shape[0] / groups, site.Shape[1..].Aggregate(1L, (product, size) => product * size), Transposed: false),
            BiasInput => MatrixForm.Column(site.Shape),
            _ => null,
        };
    }

    /// <inheritdoc/>
    public sealed override LayerFactors Factors(UseCall call, ParameterBlock block, Tensor outputGradient) => call.Site.Slot == BiasInput
        ? Columns(block, call.Layout.Summed(outputGradient, call.Rows, [1, call.Site.Shape[0], .. Enumerable.Repeat(1L, (int)outputGradient.dim() - 2)]))
        : InRows(call, OfWeight(call, block, outputGradient), outputGradient.shape[0]);

    /// <summary>The gradients of the weight, each image a row.</summary>
    protected abstract LayerFactors OfWeight(UseCall call, ParameterBlock block, Tensor outputGradient);

    /// <summary>Where several images of one row lie on the first axis, their gradients are added.</summary>
    private static LayerFactors InRows(UseCall call, LayerFactors factors, long images)
    {
        if (images == call.Rows)
        {
            return factors;
        }

        var inner = call.Layout.Inner ?? (images / call.Rows);
        return factors.Grouped(arange(images).div(inner, RoundingMode.floor).remainder(call.Rows).to_type(ScalarType.Int64), call.Rows);
    }
}
