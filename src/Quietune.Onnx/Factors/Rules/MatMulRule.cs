using Quietune.Tuning.Gradients;
using Quietune.Tuning.Models;
using static TorchSharp.torch;

namespace Quietune.Onnx.Factors.Rules;

/// <summary>A product of matrices with the weight on either side: one matrix for each of the weight's own leading axes.</summary>
/// <remarks>x·W: the rows of x are positions. W·x: the columns are.</remarks>
internal sealed class MatMulRule : FactorRule
{
    /// <inheritdoc/>
    public override string Words(UseSite site) => $"matrix product: input and output-gradient pairs (MatMul, weight on the {(site.Slot == 1 ? "right" : "left")})";

    /// <inheritdoc/>
    public override MatrixForm? Form(UseSite site)
    {
        if (Plan(site) is not { } plan)
        {
            return null;
        }

        var (shape, groups) = (site.Shape, plan.Groups.Aggregate(1L, (product, axis) => product * plan.Shape[axis]));
        return shape.Length == 1 ? new(1, 1, shape[0], Transposed: false)
            : site.Slot == 1 ? new(groups, shape[^1], shape[^2], Transposed: true)
            : new(groups, shape[^2], shape[^1], Transposed: false);
    }

    /// <inheritdoc/>
    public override LayerFactors Factors(UseCall call, ParameterBlock block, Tensor outputGradient)
    {
        var (layout, shape, groups) = Plan(call.Site)!.Value;
        var other = call.Input(1 - call.Site.Slot);
        var a = call.Site.Slot == 1 ? other : other.transpose(-1, -2);
        var b = call.Site.Shape.Length == 1 ? outputGradient.unsqueeze(call.Site.Slot == 1 ? -1 : -2) : outputGradient;
        b = call.Site.Slot == 1 ? b : b.transpose(-1, -2);
        int[] last = [shape.Length - 1];
        return Pairs(block, layout.Arranged(a.expand([.. shape[..^1], a.shape[^1]]), call.Rows, groups, last), layout.Arranged(b, call.Rows, groups, last));
    }

    /// <summary>With the features last: where the rows lie, the output's shape, and the axes that choose the matrix.</summary>
    private static (RowLayout Layout, long[] Shape, int[] Groups)? Plan(UseSite site)
    {
        var other = site.InputShapes[1 - site.Slot];
        if (site.Layout is not { } layout || other is null || other.Length < 2)
        {
            return null;
        }

        var rank = site.OutputShape.Length + (site.Shape.Length == 1 ? 1 : 0);
        var axis = layout.Axis;
        var output = site.OutputShape;
        if (site.Slot == 1)
        {
            output = site.Shape.Length == 1 ? [.. output, 1] : output;
        }
        else
        {
            output = site.Shape.Length == 1 ? [.. output[..^1], 1, output[^1]] : output;
            axis = site.Shape.Length == 1 && axis == rank - 2 ? rank - 1 : axis;
            output = [.. output[..^2], output[^1], output[^2]];
            axis = axis == rank - 1 ? rank - 2 : axis == rank - 2 ? rank - 1 : axis;
        }

        long[] leading = site.Shape.Length > 2 ? site.Shape[..^2] : [];
        var groups = Enumerable.Range(0, leading.Length).Where(i => leading[i] > 1).Select(i => rank - 2 - leading.Length + i).ToArray();
        return axis == rank - 1 || groups.Contains(axis) ? null : (layout with { Axis = axis }, output, groups);
    }
}
