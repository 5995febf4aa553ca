using Quietune.Tuning.Gradients;
using Quietune.Tuning.Models;
using static TorchSharp.torch;

namespace Quietune.Onnx.Factors.Rules;

/// <summary>y = α·A′·B′ + β·C, with the weight as A, as B, or the bias as C.</summary>
internal sealed class GemmRule : FactorRule
{
    /// <inheritdoc/>
    public override string Words(UseSite site) => site.Slot == 2 ? "bias: sum over positions (Gemm)" : "matrix product: input and output-gradient pairs (Gemm)";

    /// <inheritdoc/>
    public override MatrixForm? Form(UseSite site)
    {
        if (site.Layout is not { } layout)
        {
            return null;
        }

        return site.Slot switch
        {
            0 => layout.Axis == 1 ? Matrix(site.Integer("transA", 0) == 0, outputs: site.OutputShape[0]) : null,
            1 => layout.Axis == 0 ? Matrix(site.Integer("transB", 0) != 0, outputs: site.OutputShape[1]) : null,
            _ => site.BroadcastsBesideRows ? MatrixForm.Column(site.Shape) : null,
        };

        MatrixForm Matrix(bool outputsFirst, long outputs) => new(1, outputs, site.Shape[0] * site.Shape[1] / Math.Max(1, outputs), !outputsFirst);
    }

    /// <inheritdoc/>
    public override int? BiasSlot(UseSite site) =>
        site.Slot == 1 && site.InputShapes.Count > 2 && site.InputShapes[2] is { Length: > 0 } shape && shape[^1] == site.OutputShape[^1] && shape.SkipLast(1).All(size => size == 1) ? 2 : null;

    /// <inheritdoc/>
    public override LayerFactors Factors(UseCall call, ParameterBlock block, Tensor outputGradient)
    {
        var site = call.Site;
        var (alpha, beta) = (site.Single("alpha", 1), site.Single("beta", 1));
        if (site.Slot == 2)
        {
            return Columns(block, call.Layout.Summed(outputGradient, call.Rows, site.Aligned) * beta);
        }

        var other = call.Input(1 - site.Slot) * alpha;
        if (site.Slot == 0)
        {
            var a = site.Integer("transB", 0) != 0 ? other : other.t();
            return Arranged(call.Layout with { Axis = 0 }, a, outputGradient.t());
        }

        return Arranged(call.Layout, site.Integer("transA", 0) != 0 ? other.t() : other, outputGradient);

        LayerFactors Arranged(RowLayout layout, Tensor a, Tensor b) => Pairs(block, layout.Arranged(a, call.Rows, [], [1]), layout.Arranged(b, call.Rows, [], [1]), beta);
    }
}
