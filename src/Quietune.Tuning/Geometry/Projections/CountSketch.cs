using System.Buffers;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Quietune.Data;
using Quietune.Tuning.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Quietune.Tuning.Geometry.Projections;

/// <summary>Sketches of rows of numbers: each number goes, under a random sign, to one coordinate of each of a few parts.</summary>
/// <remarks>Sketches are float32 sums on the processor, in the order of the numbers, whatever else is in a batch. Source: Charikar, Chen &amp; Farach-Colton 2002; parts, Kane &amp; Nelson 2014.</remarks>
internal sealed class CountSketch
{
    /// <summary>Rows that are sketched side by side.</summary>
    public const int Lanes = EightLanes.Count;

    private readonly long size;
    private readonly long[] lengths;
    private readonly int[][] codes;     // of each part and number, twice the coordinate, and one more where the sign is −1

    /// <summary>Draws the coordinates and the signs.</summary>
    /// <param name="groups">How many kinds of rows there are, each with a map of its own.</param>
    /// <param name="size">n, the numbers of a row.</param>
    /// <param name="lengths">How many coordinates each part has; the parts follow one another in a sketch.</param>
    /// <param name="generator">Public randomness.</param>
    public CountSketch(long groups, long size, long[] lengths, SeededGenerator generator)
    {
        (this.size, this.lengths) = (size, lengths);
        codes = new int[lengths.Length][];
        var start = 0;
        for (var part = 0; part < codes.Length; part++)
        {
            codes[part] = new int[groups * size];
            foreach (ref var code in codes[part].AsSpan())
            {
                code = (2 * (start + generator.Next((int)lengths[part]))) + generator.Next(2);
            }

            start += (int)lengths[part];
        }

        Length = start;
    }

    /// <summary>k, the coordinates of all parts.</summary>
    public int Length { get; }

    /// <summary>How many bytes the map takes.</summary>
    public long HeldBytes => codes.Sum(part => part.Length * sizeof(int));

    /// <summary>The sketches of [U, groups, T, n], as [U, groups, T, k].</summary>
    public Tensor Of(Tensor rows)
    {
        using var scope = NewDisposeScope();
        var x = rows.to_type(ScalarType.Float32).cpu().contiguous();
        var sketches = zeros([.. x.shape[..^1], Length]);
        var (groups, positions) = ((int)x.shape[1], (int)x.shape[2]);
        TensorNumbers.InParallel((int)(x.shape[0] * groups), x.numel(), i =>
            AddAll(i % groups, TensorNumbers.Of(x, i, positions * (int)size), TensorNumbers.Of(sketches, i, positions * Length)));
        return sketches.to(rows.device).MoveToOuterDisposeScope();
    }

    /// <summary>Adds the sketches of rows of one kind.</summary>
    /// <param name="group">Their kind.</param>
    /// <param name="rows">The rows, one after another, [R, n].</param>
    /// <param name="sums">What each is added to, [R, k].</param>
    public void AddAll(int group, ReadOnlySpan<float> rows, Span<float> sums)
    {
        var width = (int)size;
        var (count, done) = (rows.Length / width, 0);
        if (count >= Lanes)
        {
            var together = ArrayPool<Vector256<float>>.Shared.Rent(Length);
            for (; done + Lanes <= count; done += Lanes)
            {
                together.AsSpan(0, Length).Clear();
                AddTogether(group, rows.Slice(done * width, Lanes * width), together);
                EightLanes.AddTo(together.AsSpan(0, Length), sums.Slice(done * Length, Lanes * Length));
            }

            ArrayPool<Vector256<float>>.Shared.Return(together);
        }

        for (; done < count; done++)
        {
            Add(group, rows.Slice(done * width, width), sums.Slice(done * Length, Length));
        }
    }

    /// <summary>Adds, to each number of a row, the coordinates that it goes to: the transpose of <see cref="AddAll"/>.</summary>
    /// <param name="group">The row's kind.</param>
    /// <param name="coordinates">[k].</param>
    /// <param name="row">What they are added to, [n].</param>
    public void AddTransposed(int group, ReadOnlySpan<float> coordinates, Span<float> row)
    {
        foreach (var part in codes)
        {
            var places = part.AsSpan(group * row.Length, row.Length);
            for (var i = 0; i < row.Length; i++)
            {
                row[i] += Signed(coordinates[places[i] >> 1], places[i]);
            }
        }
    }

    /// <summary>Adds the circular convolution, part by part, of a sketch with that of the unit vector of one number; or its transpose.</summary>
    /// <param name="number">Which number, counted over all groups.</param>
    /// <param name="sketch">[k].</param>
    /// <param name="sums">What it is added to, [k].</param>
    /// <param name="isTransposed">Whether coordinates move back instead of forth.</param>
    public void AddTurned(int number, ReadOnlySpan<float> sketch, Span<float> sums, bool isTransposed = false)
    {
        var start = 0;
        for (var part = 0; part < codes.Length; part++)
        {
            var (code, length) = (codes[part][number], (int)lengths[part]);
            var shift = (code >> 1) - start;
            shift = isTransposed && shift > 0 ? length - shift : shift;
            var from = sketch.Slice(start, length);
            var to = sums.Slice(start, length);
            AddScaled(from[..^shift], Signed(1, code), to[shift..]);
            AddScaled(from[^shift..], Signed(1, code), to);
            start += length;
        }
    }

    private void Add(int group, ReadOnlySpan<float> row, Span<float> sums)
    {
        foreach (var part in codes)
        {
            var places = part.AsSpan(group * row.Length, row.Length);
            for (var i = 0; i < row.Length; i++)
            {
                sums[places[i] >> 1] += Signed(row[i], places[i]);
            }
        }
    }

    /// <summary>Adds the sketches of eight rows, a lane each: the same sums in the same order as one by one.</summary>
    private void AddTogether(int group, ReadOnlySpan<float> rows, Span<Vector256<float>> sums)
    {
        var width = rows.Length / Lanes;
        for (var i = 0; i < width; i++)
        {
            var numbers = Vector256.Create(
                rows[i], rows[i + width], rows[i + (2 * width)], rows[i + (3 * width)], rows[i + (4 * width)], rows[i + (5 * width)], rows[i + (6 * width)], rows[i + (7 * width)]).AsInt32();
            foreach (var part in codes)
            {
                var place = part[(group * width) + i];
                sums[place >> 1] += (numbers ^ Vector256.Create(place << 31)).AsSingle();
            }
        }
    }

    private static float Signed(float value, int code) => BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(value) ^ (code << 31));

    private static void AddScaled(ReadOnlySpan<float> x, float scale, Span<float> sums)
    {
        var wide = MemoryMarshal.Cast<float, Vector<float>>(x);
        var wideSums = MemoryMarshal.Cast<float, Vector<float>>(sums);
        for (var i = 0; i < wide.Length; i++)
        {
            wideSums[i] += wide[i] * scale;
        }

        for (var i = wide.Length * Vector<float>.Count; i < x.Length; i++)
        {
            sums[i] += x[i] * scale;
        }
    }
}
