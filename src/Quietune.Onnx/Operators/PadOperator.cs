using Quietune.Onnx.Execution;
using Quietune.Onnx.Format;
using TorchSharp;
using static TorchSharp.torch;

namespace Quietune.Onnx.Operators;

/// <summary>Elements around a tensor: a constant, or its own by reflection, repetition of the edge, or wrapping around.</summary>
/// <remarks>Source: ONNX specification, <c>Pad</c>; negative pads cut away.</remarks>
internal static class PadOperator
{
    /// <summary>Adds the operator.</summary>
    public static void AddTo(OperatorTable table) => table.Add("Pad", Pad);

    private static Tensor Pad(NodeCall call)
    {
        var x = call.Input(0);
        var isInput = call.Version >= 11;
        var pads = (isInput ? call.Integers(1) : call.Integers("pads")) ?? throw call.Wrong("pads", "none");
        var axes = call.Axes(call.OptionalIntegers(3) ?? [.. Enumerable.Range(0, (int)x.dim()).Select(axis => (long)axis)], x.dim());
        call.Check(pads.Length == 2 * axes.Length && pads.All(count => count is > int.MinValue and < int.MaxValue), $"{2 * axes.Length} pads", Shapes.Text(pads));
        var (before, after) = (new long[x.dim()], new long[x.dim()]);
        for (var i = 0; i < axes.Length; i++)
        {
            (before[axes[i]], after[axes[i]]) = (pads[i], pads[i + axes.Length]);
            call.Check(x.shape[axes[i]] + Math.Min(0, pads[i]) + Math.Min(0, pads[i + axes.Length]) >= 0, $"pads that cut at most {x.shape[axes[i]]} elements", Shapes.Text(pads));
        }

        var mode = call.Text("mode", "constant");
        if (mode == "constant")
        {
            var value = isInput ? call.OptionalScalar(2)?.ToDouble() ?? 0 : call.Single("value", 0);
            var padded = Window.Pad(call, x, before, after, value);
            return isInput && call.Optional(2) is { requires_grad: true } variable
                ? where(Window.Pad(call, ones_like(x), before, after, 0).ne(0), padded, variable.reshape([]))
                : padded;
        }

        Func<long, long, long> place = mode switch
        {
            "reflect" => Reflected,
            "edge" => (i, size) => Math.Clamp(i, 0, size - 1),
            "wrap" => (i, size) => ((i % size) + size) % size,
            _ => throw call.Wrong("mode constant, reflect, edge or wrap", $"'{mode}'"),
        };
        x = Window.Pad(call, x, [.. before.Select(count => Math.Min(0, count))], [.. after.Select(count => Math.Min(0, count))], 0);
        call.Reserve(x.shape.Select((size, axis) => size + Math.Max(0, before[axis]) + Math.Max(0, after[axis])), x.dtype);
        for (var axis = 0; axis < before.Length; axis++)
        {
            var (first, last, size) = (-Math.Max(0, before[axis]), x.shape[axis] + Math.Max(0, after[axis]), x.shape[axis]);
            if (first < 0 || last > size)
            {
                call.Check(size > 0, $"elements on axis {axis} to repeat", "none");
                var places = new long[last - first];
                for (var i = first; i < last; i++)
                {
                    places[i - first] = place(i, size);
                }

                x = x.index_select(axis, tensor(places, ScalarType.Int64, x.device));
            }
        }

        return x;
    }

    private static long Reflected(long i, long size)
    {
        if (size == 1)
        {
            return 0;
        }

        var period = 2 * (size - 1);
        var place = ((i % period) + period) % period;
        return Math.Min(place, period - place);
    }
}
