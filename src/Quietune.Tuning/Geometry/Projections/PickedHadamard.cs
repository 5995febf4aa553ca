using System.Buffers;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Quietune.Tuning.Models;
using static TorchSharp.torch;

namespace Quietune.Tuning.Geometry.Projections;

/// <summary>A few places of the two-sided Hadamard transform of one matrix a unit, on the processor: each transformed row is picked from while it is in the cache, and never stored.</summary>
/// <param name="outSigns">Signs of the out side, [out].</param>
/// <param name="inSigns">Signs of the in side, [in].</param>
/// <param name="rows">The row of each place, [k].</param>
/// <param name="columns">The column of each place, [k].</param>
/// <param name="paddedOut">out′, a power of two.</param>
/// <param name="paddedIn">in′, a power of two.</param>
internal sealed class PickedHadamard(float[] outSigns, float[] inSigns, int[] rows, int[] columns, int paddedOut, int paddedIn)
{
    private delegate void AddUnit(int unit, Span<float> sums);

    // Columns of a matrix whose rows are combined while they are in the first cache.
    private const int ColumnsAtOnce = 32;

    /// <summary>How many bytes the signs and places take.</summary>
    public long HeldBytes => sizeof(int) * (long)(outSigns.Length + inSigns.Length + rows.Length + columns.Length);

    /// <summary>H_out(b aᵀ)H_in at the places, summed over positions: [U, T, out] and [U, T, in] to [U, k].</summary>
    public Tensor OfPairs(Tensor outside, Tensor inside)
    {
        using var scope = NewDisposeScope();
        var (b, a) = (outside.contiguous(), inside.contiguous());
        var positions = (int)b.shape[1];
        return PerUnit(a, (unit, sums) =>
        {
            var (outRow, inRow) = (ArrayPool<float>.Shared.Rent(paddedOut), ArrayPool<float>.Shared.Rent(paddedIn));
            var ofOut = TensorNumbers.Of(b, unit, positions * outSigns.Length);
            var ofIn = TensorNumbers.Of(a, unit, positions * inSigns.Length);
            for (var t = 0; t < positions; t++)
            {
                Transform(ofOut.Slice(t * outSigns.Length, outSigns.Length), outSigns, outRow.AsSpan(0, paddedOut));
                Transform(ofIn.Slice(t * inSigns.Length, inSigns.Length), inSigns, inRow.AsSpan(0, paddedIn));
                for (var i = 0; i < sums.Length; i++)
                {
                    sums[i] += outRow[rows[i]] * inRow[columns[i]];
                }
            }

            ArrayPool<float>.Shared.Return(outRow);
            ArrayPool<float>.Shared.Return(inRow);
        }).MoveToOuterDisposeScope();
    }

    /// <summary>H_out·G·H_in at the places, [U, out, in] to [U, k].</summary>
    public Tensor OfGradients(Tensor gradients)
    {
        using var scope = NewDisposeScope();
        var g = gradients.contiguous();
        return PerUnit(g, IsWhole ? OfWhole : OfEachRow()).MoveToOuterDisposeScope();

        AddUnit OfEachRow()
        {
            var picked = PickedRows();
            return (unit, sums) =>
            {
                var numbers = TensorNumbers.Of(g, unit, outSigns.Length * inSigns.Length);
                var inRow = ArrayPool<float>.Shared.Rent(paddedIn);
                for (var row = 0; row < outSigns.Length; row++)
                {
                    Transform(numbers.Slice(row * inSigns.Length, inSigns.Length), inSigns, inRow.AsSpan(0, paddedIn));
                    var factors = picked.AsSpan(row * columns.Length, columns.Length);
                    for (var i = 0; i < factors.Length; i++)
                    {
                        sums[i] += factors[i] * inRow[columns[i]];
                    }
                }

                ArrayPool<float>.Shared.Return(inRow);
            };
        }

        void OfWhole(int unit, Span<float> sums)
        {
            var numbers = TensorNumbers.Of(g, unit, outSigns.Length * inSigns.Length);
            var matrix = ArrayPool<float>.Shared.Rent(paddedOut * Stride);
            for (var row = 0; row < outSigns.Length; row++)
            {
                Transform(numbers.Slice(row * inSigns.Length, inSigns.Length), inSigns, matrix.AsSpan(row * Stride, paddedIn), outSigns[row]);
            }

            matrix.AsSpan(outSigns.Length * Stride, (paddedOut - outSigns.Length) * Stride).Clear();
            CombineRows(matrix);
            var scale = (float)(1 / Math.Sqrt(paddedOut));
            for (var i = 0; i < sums.Length; i++)
            {
                sums[i] = scale * matrix[(rows[i] * Stride) + columns[i]];
            }

            ArrayPool<float>.Shared.Return(matrix);
        }
    }

    // A stage of the out side reads and writes a row by eight numbers at a time; a picked product is of one number.
    private bool IsWhole => paddedIn >= ColumnsAtOnce && paddedIn * BitOperations.Log2((uint)paddedOut) <= 16 * rows.Length;

    // Rows of a power of two of numbers would lie on one another in the cache.
    private int Stride => paddedIn + ColumnsAtOnce;

    /// <summary>The out side's butterflies over rows that lie <see cref="Stride"/> apart, without their scale.</summary>
    private void CombineRows(float[] matrix)
    {
        var wide = MemoryMarshal.Cast<float, Vector256<float>>(matrix.AsSpan());
        var stride = Stride / Vector256<float>.Count;
        const int Step = ColumnsAtOnce / EightLanes.Count;
        for (var column = 0; column < paddedIn / Vector256<float>.Count; column += Step)
        {
            for (var half = 1; half < paddedOut; half *= 2)
            {
                for (var row = 0; row < paddedOut; row += row % half == half - 1 ? half + 1 : 1)
                {
                    var upper = wide.Slice((row * stride) + column, Step);
                    var lower = wide.Slice(((row + half) * stride) + column, Step);
                    for (var i = 0; i < upper.Length; i++)
                    {
                        (upper[i], lower[i]) = (upper[i] + lower[i], upper[i] - lower[i]);
                    }
                }
            }
        }
    }

    // [out, k]: the sign of entry (i, j) of Sylvester's matrix is the parity of the bits that i and j share.
    private float[] PickedRows()
    {
        var factors = new float[outSigns.Length * rows.Length];
        var scale = (float)(1 / Math.Sqrt(paddedOut));
        for (var row = 0; row < outSigns.Length; row++)
        {
            for (var i = 0; i < rows.Length; i++)
            {
                factors[(row * rows.Length) + i] = (BitOperations.PopCount((uint)(row & rows[i])) & 1) == 0 ? outSigns[row] * scale : -outSigns[row] * scale;
            }
        }

        return factors;
    }

    private Tensor PerUnit(Tensor read, AddUnit add)
    {
        var result = zeros(read.shape[0], rows.Length);
        TensorNumbers.InParallel((int)read.shape[0], read.numel(), unit => add(unit, TensorNumbers.Of(result, unit, rows.Length)));
        return result;
    }

    private static void Transform(ReadOnlySpan<float> values, ReadOnlySpan<float> signs, Span<float> padded, float sign = 1)
    {
        var wide = MemoryMarshal.Cast<float, Vector<float>>(values);
        var wideSigns = MemoryMarshal.Cast<float, Vector<float>>(signs);
        var wideProducts = MemoryMarshal.Cast<float, Vector<float>>(padded);
        for (var i = 0; i < wide.Length; i++)
        {
            wideProducts[i] = wide[i] * wideSigns[i] * sign;
        }

        for (var i = wide.Length * Vector<float>.Count; i < values.Length; i++)
        {
            padded[i] = values[i] * signs[i] * sign;
        }

        padded[values.Length..].Clear();
        HadamardTransform.InPlace(padded);
    }
}
