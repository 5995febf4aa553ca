using System.Runtime.InteropServices;
using Quietune.Onnx.Format;
using static TorchSharp.torch;

namespace Quietune.Onnx.Factors;

/// <summary>Where the rows of a batch lie in a value: one axis of size outer·rows·inner, as batches folded together with heads or positions have.</summary>
/// <param name="Axis">The axis, counted from the front.</param>
/// <param name="Inner">How many elements of the axis lie inside a row's step; null when all that is not rows does.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct RowLayout(int Axis, long? Inner = null)
{
    /// <summary>The value with its rows as first axis and the rest of their axis as two: [R, before…, outer, inner, after…].</summary>
    /// <param name="x">The value.</param>
    /// <param name="rows">R.</param>
    /// <exception cref="InvalidDataException">The axis does not hold this many rows.</exception>
    public Tensor RowsFirst(Tensor x, long rows)
    {
        var size = x.shape[Axis];
        var inner = Inner ?? (size / rows);
        if (inner < 1 || size % (rows * inner) != 0)
        {
            throw new InvalidDataException($"Expected {rows} rows on axis {Axis} of a value, got shape {Shapes.Text(x.shape)}.");
        }

        var outer = size / rows / inner;
        return x.reshape([.. x.shape[..Axis], outer, rows, inner, .. x.shape[(Axis + 1)..]]).movedim([Axis + 1L], [0L]);
    }

    /// <summary>The value arranged for a matrix: [R, groups, T, features].</summary>
    /// <param name="x">The value.</param>
    /// <param name="rows">R.</param>
    /// <param name="groups">Its axes that choose the matrix.</param>
    /// <param name="features">Its axes that the matrix maps; all others are positions.</param>
    public Tensor Arranged(Tensor x, long rows, IReadOnlyList<int> groups, IReadOnlyList<int> features)
    {
        var axis = Axis;
        var first = RowsFirst(x, rows);
        var positions = Enumerable.Range(0, (int)x.dim()).Except(groups).Except(features)
            .SelectMany(i => i == axis ? [1L + i, 2L + i] : new[] { Moved(i) }).ToArray();
        var order = groups.Select(Moved).Concat(positions).Concat(features.Select(Moved)).Prepend(0).ToArray();
        return first.permute(order).reshape([rows, Product(x, groups), -1, Product(x, features)]);

        long Moved(int i) => i < axis ? 1 + i : 2 + i;
        static long Product(Tensor x, IReadOnlyList<int> axes) => axes.Aggregate(1L, (product, i) => product * x.shape[i]);
    }

    /// <summary>Each row's part of a value, summed down to the shape of what was broadcast to it: [R, n].</summary>
    /// <param name="x">The value.</param>
    /// <param name="rows">R.</param>
    /// <param name="shape">A shape aligned to the value's, 1 where it was broadcast; 1 on the axis of the rows.</param>
    public Tensor Summed(Tensor x, long rows, IReadOnlyList<long> shape)
    {
        var axis = Axis;
        var sums = Enumerable.Range(0, shape.Count).Where(i => shape[i] == 1).SelectMany(i => i == axis ? [1L + i, 2L + i] : new[] { i < axis ? 1L + i : 2L + i }).ToArray();
        return RowsFirst(x, rows).sum(sums).reshape(rows, -1);
    }
}
