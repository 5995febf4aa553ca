using Quietune.Onnx.Execution;
using Quietune.Onnx.Format;
using static TorchSharp.torch;

namespace Quietune.Onnx.Operators;

/// <summary>Operators that cut tensors, join them, and repeat them.</summary>
/// <remarks>Source: ONNX specification, "Operators".</remarks>
internal static class SliceOperators
{
    /// <summary>Adds the family.</summary>
    public static void AddTo(OperatorTable table)
    {
        table.Add("Slice", Slice);
        table.AddMany("Split", Split);
        table.Add("Concat", Concat);
        table.Add("Tile", Tile);
        table.Add("Expand", Expand, since: 8);
        table.Add("Compress", Compress, since: 9);
        table.Add("CenterCropPad", CropOrPad, since: 18);
        table.Add("ReverseSequence", Reverse, since: 10);
    }

    /// <summary>Bounds are attributes before version 10, then inputs; both ends are cut to the axis.</summary>
    private static Tensor Slice(NodeCall call)
    {
        var x = call.Input(0);
        var isInput = call.Version >= 10;
        var starts = isInput ? call.Integers(1) : call.Integers("starts") ?? [];
        var ends = isInput ? call.Integers(2) : call.Integers("ends") ?? [];
        var axes = call.Axes((isInput ? call.OptionalIntegers(3) : call.Integers("axes")) ?? [.. Enumerable.Range(0, starts.Length).Select(axis => (long)axis)], x.dim());
        var steps = (isInput ? call.OptionalIntegers(4) : null) ?? [.. starts.Select(_ => 1L)];
        call.Check(ends.Length == starts.Length && axes.Length == starts.Length && steps.Length == starts.Length, "as many ends, axes and steps as starts", $"{starts.Length}, {ends.Length}, {axes.Length} and {steps.Length}");
        call.Check(!steps.Contains(0), "steps other than 0", Shapes.Text(steps));
        for (var i = 0; i < starts.Length; i++)
        {
            var size = x.shape[axes[i]];
            var (start, end) = (FromFront(starts[i], size), FromFront(ends[i], size));
            if (steps[i] > 0)
            {
                (start, end) = (Math.Clamp(start, 0, size), Math.Clamp(end, 0, size));
                x = x.slice(axes[i], start, Math.Max(start, end), Math.Min(steps[i], Math.Max(size, 1)));
                continue;
            }

            (start, end) = (Math.Clamp(start, -1, size - 1), Math.Clamp(end, -1, size - 1));
            var step = Math.Max(steps[i], -Math.Max(size, 1));
            x = x.index_select(axes[i], arange(start, Math.Min(start, end), step, ScalarType.Int64, x.device));
        }

        return x;

        static long FromFront(long place, long size) => place < 0 ? place + size : place;
    }

    private static Tensor[] Split(NodeCall call)
    {
        var x = call.Input(0);
        var axis = call.Axis(call.Integer("axis", 0), x.dim());
        var count = call.Integer("num_outputs", call.OutputCount);
        call.Check(count > 0 && count == call.OutputCount, $"as many outputs as num_outputs", $"{call.OutputCount} and {count}");
        var size = x.shape[axis];
        var sizes = call.Version < 13 ? call.Integers("split") : call.OptionalIntegers(1);
        if (sizes is null)
        {
            var each = (size + count - 1) / count;
            sizes = [.. Enumerable.Range(0, (int)count).Select(i => Math.Clamp(size - (i * each), 0, each))];
        }

        call.Check(sizes.Length == call.OutputCount && sizes.All(part => part >= 0) && sizes.Sum() == size, $"{call.OutputCount} sizes that add up to {size}", Shapes.Text(sizes));
        return x.split(sizes, axis);
    }

    private static Tensor Concat(NodeCall call)
    {
        var parts = call.Inputs().ToList();
        call.Check(parts.Count > 0, "an input", "none");
        var axis = call.Axis(call.Integer("axis", 0), parts[0].dim());
        call.Check(parts.All(part => part.dim() == parts[0].dim()), "inputs of one rank", string.Join(", ", parts.Select(part => Shapes.Text(part.shape))));
        call.Reserve(parts[0].shape.Select((size, i) => i == axis ? parts.Sum(part => part.shape[axis]) : size), parts[0].dtype);
        return cat(parts, axis);
    }

    private static Tensor Tile(NodeCall call)
    {
        var (x, repeats) = (call.Input(0), call.Integers(1));
        call.Check(repeats.Length == x.dim() && repeats.All(count => count >= 0), $"{x.dim()} repeats of at least 0", Shapes.Text(repeats));
        call.Reserve(x.shape.Zip(repeats, (size, count) => size * Math.Min(count, int.MaxValue)), x.dtype);
        return x.repeat(repeats);
    }

    private static Tensor Expand(NodeCall call)
    {
        var (x, wanted) = (call.Input(0), call.Integers(1));
        return x.expand(call.Broadcast(x.dtype, x.shape, wanted));
    }

    private static Tensor Compress(NodeCall call)
    {
        var x = call.Input(0);
        var axis = 0L;
        if (call.Has("axis"))
        {
            axis = call.Axis(call.Integer("axis", 0), x.dim());
        }
        else
        {
            x = x.flatten();
        }

        var chosen = call.Input(1).nonzero().flatten();
        return x.index_select(axis, chosen);
    }

    private static Tensor CropOrPad(NodeCall call)
    {
        var (x, wanted) = (call.Input(0), call.Integers(1));
        var axes = call.Axes(call.Integers("axes") ?? [.. Enumerable.Range(0, (int)x.dim()).Select(axis => (long)axis)], x.dim());
        call.Check(axes.Length == wanted.Length && wanted.All(size => size is >= 0 and < int.MaxValue), $"{axes.Length} sizes of at least 0", Shapes.Text(wanted));
        var (before, after) = (new long[x.dim()], new long[x.dim()]);
        for (var i = 0; i < axes.Length; i++)
        {
            var missing = wanted[i] - x.shape[axes[i]];
            before[axes[i]] = missing >= 0 ? missing / 2 : -(-missing / 2);
            after[axes[i]] = missing - before[axes[i]];
        }

        return Window.Pad(call, x, before, after, 0);
    }

    private static Tensor Reverse(NodeCall call)
    {
        var (x, lengths) = (call.Input(0), call.Input(1).to(ScalarType.Int64));
        var (time, batch) = (call.Axis(call.Integer("time_axis", 0), x.dim()), call.Axis(call.Integer("batch_axis", 1), x.dim()));
        var shape = Enumerable.Repeat(1L, (int)x.dim()).ToArray();
        shape[time] = x.shape[time];
        var step = arange(x.shape[time], ScalarType.Int64, x.device).reshape(shape);
        (shape[time], shape[batch]) = (1, x.shape[batch]);
        var length = lengths.reshape(shape);
        return x.gather(time, where(step.lt(length), length - 1 - step, step).expand(x.shape));
    }
}
