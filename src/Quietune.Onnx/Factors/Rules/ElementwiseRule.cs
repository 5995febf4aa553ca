using Quietune.Tuning.Gradients;
using Quietune.Tuning.Models;
using static TorchSharp.torch;

namespace Quietune.Onnx.Factors.Rules;

/// <summary>An operator that broadcasts its input over rows and positions: each row's gradient is its output gradient times a slope, summed over what was broadcast.</summary>
internal sealed class ElementwiseRule : FactorRule
{
    /// <inheritdoc/>
    public override string Words(UseSite site) => $"affine: elementwise product summed over positions ({site.Node.OperatorName})";

    /// <inheritdoc/>
    public override MatrixForm? Form(UseSite site)
    {
        var holds = site.Node.OperatorName switch
        {
            "PRelu" => site.Slot == 1,
            "Expand" or "Tile" => site.Slot == 0,
            "Where" => site.Slot > 0,
            _ => true,
        };

        return holds && site.BroadcastsBesideRows ? MatrixForm.Column(site.Shape) : null;
    }

    /// <inheritdoc/>
    public override LayerFactors Factors(UseCall call, ParameterBlock block, Tensor outputGradient) =>
        Columns(block, call.Layout.Summed(Sloped(call, outputGradient), call.Rows, call.Site.Aligned));

    private static Tensor Sloped(UseCall call, Tensor b)
    {
        var slot = call.Site.Slot;
        return call.Site.Node.OperatorName switch
        {
            "Sub" when slot == 1 => -b,
            "Mul" => b * call.Input(1 - slot),
            "Div" when slot == 0 => b / call.Input(1),
            "Div" => -b * call.Output.detach() / call.Input(1),
            "Where" => b * (slot == 1 ? call.Inputs[0]! : call.Inputs[0]!.logical_not()),
            "PRelu" => b * call.Input(0).clamp_max(0),
            _ => b,
        };
    }
}
