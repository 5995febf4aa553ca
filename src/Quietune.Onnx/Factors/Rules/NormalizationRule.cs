using Quietune.Tuning.Gradients;
using Quietune.Tuning.Models;
using static TorchSharp.torch;

namespace Quietune.Onnx.Factors.Rules;

/// <summary>The scale and bias of a normalisation, y = x̂ ∘ scale + bias; x̂ is the same node's output at scale 1 and bias 0.</summary>
internal sealed class NormalizationRule : FactorRule
{
    /// <inheritdoc/>
    public override string Words(UseSite site) => $"affine: elementwise product summed over positions ({site.Node.OperatorName})";

    /// <inheritdoc/>
    public override MatrixForm? Form(UseSite site) =>
        site.Slot is 1 or 2 && site.Layout is { } layout && layout.Axis < Laid(site, site.OutputShape).First ? MatrixForm.Column(site.Shape) : null;

    /// <inheritdoc/>
    public override int? BiasSlot(UseSite site) =>
        site.Slot == 1 && site.InputShapes.Count > 2 && site.InputShapes[2] is { } bias && bias.AsSpan().SequenceEqual(site.Shape) ? 2 : null;

    /// <inheritdoc/>
    public override LayerFactors Factors(UseCall call, ParameterBlock block, Tensor outputGradient)
    {
        var (inputs, site) = (call.Inputs, call.Site);
        if (site.Slot == 2)
        {
            return Columns(block, Summed(outputGradient));
        }

        var normal = call.Recomputed([inputs[0]!.detach(), ones_like(inputs[1]!), inputs.Count > 2 && inputs[2] is { } bias ? zeros_like(bias) : null, .. inputs.Skip(3).Select(input => input?.detach())]);
        return block.Bias is null ? Columns(block, Summed(outputGradient * normal)) : Columns(block, Summed(outputGradient * normal), Summed(outputGradient));

        Tensor Summed(Tensor x)
        {
            var shape = Laid(site, x.shape).Shape;
            return call.Layout.Summed(x.reshape([.. x.shape[..1], .. Grouped(site, x)]), call.Rows, shape);
        }
    }

    /// <summary>The axes after the first, cut into groups where the parameters are one number a group.</summary>
    private static long[] Grouped(UseSite site, Tensor x) => IsByGroup(site) ? [site.Shape[0], -1] : x.shape[1..];

    private static bool IsByGroup(UseSite site) => site.Node.OperatorName == "GroupNormalization" && site.Node.OperatorSet < 21;

    /// <summary>The parameter's shape aligned to the output's, and the first axis that it lies on.</summary>
    private static (long[] Shape, int First) Laid(UseSite site, long[] output)
    {
        var shape = site.Shape;
        if (IsByGroup(site))
        {
            return ([1, shape[0], 1], 1);
        }

        var byChannel = site.Node.OperatorName is "BatchNormalization" or "InstanceNormalization" or "GroupNormalization" && shape.Length == 1 && output.Length > 2;
        return byChannel
            ? ([1, shape[0], .. Enumerable.Repeat(1L, output.Length - 2)], 1)
            : ([.. Enumerable.Repeat(1L, Math.Max(0, output.Length - shape.Length)), .. shape], Math.Max(0, output.Length - shape.Length));
    }
}
