using Quietune.Onnx.Execution;
using Quietune.Onnx.Format;
using static TorchSharp.torch;

namespace Quietune.Onnx.Operators;

/// <summary>Operators that pick elements by index, or put them by index.</summary>
/// <remarks>Source: ONNX specification, "Operators".</remarks>
internal static class GatherOperators
{
    /// <summary>Adds the family.</summary>
    public static void AddTo(OperatorTable table)
    {
        table.Add("Gather", Gather);
        table.Add("GatherElements", GatherElements, since: 11);
        table.Add("GatherND", GatherTuples, since: 11);
        table.Add("Scatter", ScatterElements, since: 9);
        table.Add("ScatterElements", ScatterElements, since: 11);
        table.Add("ScatterND", ScatterTuples, since: 11);
        table.Add("TensorScatter", ScatterSequence, since: 24);
    }

    private static Tensor Gather(NodeCall call)
    {
        var x = call.Input(0);
        var axis = call.Axis(call.Integer("axis", 0), x.dim());
        var index = Index(call, call.Input(1), x.shape[axis]);
        long[] shape = [.. x.shape[..axis], .. index.shape, .. x.shape[(axis + 1)..]];
        call.Reserve(shape, x.dtype);
        return x.index_select(axis, index.flatten()).reshape(shape);
    }

    private static Tensor GatherElements(NodeCall call)
    {
        var x = call.Input(0);
        var axis = call.Axis(call.Integer("axis", 0), x.dim());
        return x.gather(axis, Index(call, call.Input(1), x.shape[axis]));
    }

    private static Tensor GatherTuples(NodeCall call)
    {
        var x = call.Input(0);
        var (rows, index, rest) = Rows(call, x, call.Input(1), call.Integer("batch_dims", 0));
        long[] shape = [.. call.Input(1).shape[..^1], .. rest];
        call.Reserve(shape, x.dtype);
        return rows.index_select(0, index).reshape(shape);
    }

    private static Tensor ScatterElements(NodeCall call)
    {
        var (x, updates) = (call.Input(0), call.Input(2));
        var axis = call.Axis(call.Integer("axis", 0), x.dim());
        var index = Index(call, call.Input(1), x.shape[axis]);
        call.Check(index.shape.AsSpan().SequenceEqual(updates.shape), $"updates of shape {Shapes.Text(index.shape)}", Shapes.Text(updates.shape));
        var places = arange(x.NumberOfElements, ScalarType.Int64, x.device).reshape(x.shape).gather(axis, index);
        return Put(call, x.flatten(), places.flatten(), updates.flatten()).reshape(x.shape);
    }

    private static Tensor ScatterTuples(NodeCall call)
    {
        var x = call.Input(0);
        var (rows, index, _) = Rows(call, x, call.Input(1), 0);
        return Put(call, rows, index, call.Input(2).reshape([index.shape[0], .. rows.shape[1..]])).reshape(x.shape);
    }

    /// <summary>Writes updates into a cache along an axis, at an offset for each batch entry; circular mode wraps around.</summary>
    private static Tensor ScatterSequence(NodeCall call)
    {
        var (x, updates) = (call.Input(0), call.Input(1));
        var axis = call.Axis(call.Integer("axis", -2), x.dim());
        call.Check(axis > 0 && x.dim() == updates.dim(), "an axis after the first, and updates of the cache's rank", $"axis {axis} and shapes {Shapes.Text(x.shape)}, {Shapes.Text(updates.shape)}");
        var (batch, length) = (x.shape[0], updates.shape[axis]);
        var offset = call.Optional(2)?.to(ScalarType.Int64) ?? zeros([batch], ScalarType.Int64, x.device);
        var position = offset.reshape(-1, 1) + arange(length, ScalarType.Int64, x.device);
        position = call.Text("mode", "linear") == "circular" ? position.remainder(x.shape[axis]) : position;
        var shape = Enumerable.Repeat(1L, (int)x.dim()).ToArray();
        (shape[0], shape[axis]) = (batch, length);
        return x.scatter(axis, position.reshape(shape).expand(updates.shape), updates);
    }

    /// <summary>Indices counted from the front; one outside the axis is refused.</summary>
    private static Tensor Index(NodeCall call, Tensor index, long size)
    {
        index = index.to(ScalarType.Int64);
        var (isLow, isHigh) = (index.lt(-size), index.ge(size));
        call.Check(!isLow.any().item<bool>() && !isHigh.any().item<bool>(), $"indices from {-size} to {size - 1}", "one outside");
        return where(index.lt(0), index + size, index);
    }

    /// <summary>The input as rows that index tuples choose from, those tuples as row numbers, and the sizes of what a row holds.</summary>
    private static (Tensor Rows, Tensor Index, long[] RowShape) Rows(NodeCall call, Tensor x, Tensor tuples, long batchAxes)
    {
        call.Check(tuples.dim() > 0 && batchAxes >= 0 && batchAxes < tuples.dim() && batchAxes + tuples.shape[^1] <= x.dim(), "index tuples no longer than the data has axes", $"shapes {Shapes.Text(x.shape)} and {Shapes.Text(tuples.shape)}");
        var batch = (int)batchAxes;
        var length = (int)tuples.shape[^1];
        call.Check(x.shape.AsSpan(0, batch).SequenceEqual(tuples.shape.AsSpan(0, batch)), "equal batch axes", $"shapes {Shapes.Text(x.shape)} and {Shapes.Text(tuples.shape)}");
        var indexed = x.shape[batch..(batch + length)];
        var rest = x.shape[(batch + length)..];
        var batchCount = x.shape[..batch].Aggregate(1L, (product, size) => product * size);
        var rowCount = indexed.Aggregate(1L, (product, size) => product * size);
        var index = zeros(tuples.shape[..^1], ScalarType.Int64, tuples.device);
        for (var i = 0; i < length; i++)
        {
            index = (index * indexed[i]) + Index(call, tuples.select(-1, i), indexed[i]);
        }

        var offsets = arange(batchCount, ScalarType.Int64, tuples.device).reshape(-1, 1) * rowCount;
        var tupleCount = batchCount == 0 ? 0 : index.NumberOfElements / batchCount;
        index = (index.reshape(batchCount, tupleCount) + offsets).flatten();
        return (x.reshape([batchCount * rowCount, .. rest]), index, rest);
    }

    private static Tensor Put(NodeCall call, Tensor rows, Tensor index, Tensor updates) => call.Text("reduction", "none") switch
    {
        "none" => rows.index_copy(0, index, updates),
        "add" => rows.index_add(0, index, updates, 1),
        "mul" => PutInRounds(rows, index, updates, (a, b) => a * b),
        "max" => PutInRounds(rows, index, updates, maximum),
        "min" => PutInRounds(rows, index, updates, minimum),
        var other => throw call.Wrong("reduction none, add, mul, max or min", $"'{other}'"),
    };

    /// <summary>Joins updates to rows; a row that several updates go to takes one of them in each round.</summary>
    private static Tensor PutInRounds(Tensor rows, Tensor index, Tensor updates, Func<Tensor, Tensor, Tensor> join)
    {
        if (index.NumberOfElements == 0)
        {
            return rows;
        }

        var (sorted, order) = index.sort(stable: true);
        var round = arange(index.NumberOfElements, ScalarType.Int64, index.device) - searchsorted(sorted, sorted);
        var last = round.max().item<long>();
        for (var i = 0L; i <= last; i++)
        {
            var chosen = order.masked_select(round.eq(i));
            var target = index.index_select(0, chosen);
            rows = rows.index_copy(0, target, join(rows.index_select(0, target), updates.index_select(0, chosen)));
        }

        return rows;
    }
}
