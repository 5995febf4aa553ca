using System.Runtime.InteropServices;
using TorchSharp;
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
    /// <summary>H_out(b aᵀ)H_in at the places, summed over positions: [U, T, out] and [U, T, in] to [U, k].</summary>
    public Tensor OfPairs(Tensor outside, Tensor inside)
    {
        using var scope = NewDisposeScope();
        var (b, a) = (outside.contiguous(), inside.contiguous());
        var positions = (int)b.shape[1];
        return PerUnit(b.shape[0], (unit, sums) =>
        {
            var (outRow, inRow) = (new float[paddedOut], new float[paddedIn]);
            for (var t = 0; t < positions; t++)
            {
                Transform(b, (unit * positions) + t, outSigns, outRow);
                Transform(a, (unit * positions) + t, inSigns, inRow);
                for (var i = 0; i < rows.Length; i++)
                {
                    sums[i] += outRow[rows[i]] * inRow[columns[i]];
                }
            }
        }).MoveToOuterDisposeScope();
    }

    /// <summary>H_out·G·H_in at the places, [U, out, in] to [U, k]: rows transformed, and of the out side's transform the picked rows alone.</summary>
    public Tensor OfGradients(Tensor gradients)
    {
        using var scope = NewDisposeScope();
        var g = gradients.contiguous();
        var picked = PickedRows();
        return PerUnit(g.shape[0], (unit, sums) =>
        {
            var inRow = new float[paddedIn];
            for (var row = 0; row < outSigns.Length; row++)
            {
                Transform(g, (unit * outSigns.Length) + row, inSigns, inRow);
                var factors = picked.AsSpan(row * columns.Length, columns.Length);
                for (var i = 0; i < factors.Length; i++)
                {
                    sums[i] += factors[i] * inRow[columns[i]];
                }
            }
        }).MoveToOuterDisposeScope();
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
                factors[(row * rows.Length) + i] = (System.Numerics.BitOperations.PopCount((uint)(row & rows[i])) & 1) == 0 ? outSigns[row] * scale : -outSigns[row] * scale;
            }
        }

        return factors;
    }

    private Tensor PerUnit(long units, Action<int, float[]> add)
    {
        var result = new float[units * rows.Length];
        Parallel.For(0, (int)units, new() { MaxDegreeOfParallelism = get_num_threads() }, unit =>
        {
            var sums = new float[rows.Length];
            add(unit, sums);
            sums.CopyTo(result, (long)unit * rows.Length);
        });
        return tensor(result, [units, rows.Length]);
    }

    private static void Transform(Tensor x, int row, float[] signs, float[] padded)
    {
        var values = MemoryMarshal.Cast<byte, float>(x.bytes).Slice(row * signs.Length, signs.Length);
        for (var i = 0; i < values.Length; i++)
        {
            padded[i] = values[i] * signs[i];
        }

        padded.AsSpan(signs.Length).Clear();
        HadamardTransform.InPlace(padded);
    }
}
