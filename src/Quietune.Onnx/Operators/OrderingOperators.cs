using Quietune.Onnx.Execution;
using Quietune.Onnx.Format;
using static TorchSharp.torch;

namespace Quietune.Onnx.Operators;

/// <summary>Operators that depend on the order of elements along an axis.</summary>
/// <remarks>Source: ONNX specification, "Operators".</remarks>
internal static class OrderingOperators
{
    /// <summary>Adds the family.</summary>
    public static void AddTo(OperatorTable table)
    {
        table.AddMany("TopK", Largest);
        table.Add("CumSum", call => Cumulative(call, (x, axis) => x.cumsum(axis), 0), since: 11);
        table.Add("CumProd", call => Cumulative(call, (x, axis) => x.cumprod(axis), 1), since: 26);
        table.Add("Trilu", Triangle, since: 14);
        table.Add("NonZero", call => call.Input(0).nonzero().t(), since: 9);
    }

    /// <summary>Of equal elements the first comes first, which a stable sort gives.</summary>
    private static Tensor[] Largest(NodeCall call)
    {
        var x = call.Input(0);
        var axis = call.Axis(call.Integer("axis", -1), x.dim());
        var count = call.Version < 10 ? call.Integer("k", 0) : call.Integer(1);
        call.Check(count >= 0 && count <= x.shape[axis], $"k from 0 to {x.shape[axis]}", $"{count}");
        var (values, places) = x.sort(axis, descending: call.Flag("largest", true), stable: true);
        return [values.narrow(axis, 0, count), places.narrow(axis, 0, count)];
    }

    private static Tensor Cumulative(NodeCall call, Func<Tensor, long, Tensor> compute, double first)
    {
        var x = call.Input(0);
        var axis = call.Axis(call.Integer(1), x.dim());
        var isReverse = call.Flag("reverse");
        var y = isReverse ? x.flip(axis) : x;
        if (call.Flag("exclusive"))
        {
            var (before, after) = (new long[x.dim()], new long[x.dim()]);
            (before[axis], after[axis]) = (1, -1);
            y = Window.Pad(call, y, before, after, first);
        }

        y = compute(y, axis).to(x.dtype);
        return isReverse ? y.flip(axis) : y;
    }

    private static Tensor Triangle(NodeCall call)
    {
        var x = call.Input(0);
        call.Check(x.dim() >= 2, "matrices", $"shape {Shapes.Text(x.shape)}");
        var diagonal = Math.Clamp(call.Optional(1) is null ? 0 : call.Integer(1), -x.shape[^2], x.shape[^1]);
        return call.Flag("upper", true) ? x.triu(diagonal) : x.tril(diagonal);
    }
}
