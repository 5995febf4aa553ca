using System.Buffers;
using Quietune.Data;
using Quietune.Tuning.Gradients;
using Quietune.Tuning.Models;
using static TorchSharp.torch;

namespace Quietune.Tuning.Geometry.Projections;

/// <summary>A sparse Johnson–Lindenstrauss map of a block's gradient: each number goes, under a random sign, to one coordinate of each of a few parts of the release.</summary>
/// <remarks>
/// The coordinate of entry (p, q) is h(p) + h′(q) modulo the part's length, so the sketch of b aᵀ is the circular convolution of the sketches of b
/// and a: T·(o + i + m log m) for a pair of factors; a formed gradient is sketched row by row, and each sketch turned. E[PᵀP] = (k/d)·I over all blocks.
/// Source: Kane &amp; Nelson 2014 (a few parts); Pham &amp; Pagh 2013 (products). Derivation: docs/derivations/projections.md.
/// </remarks>
internal sealed class SketchProjection : BlockProjection
{
    /// <summary>How many coordinates each number of the gradient goes to.</summary>
    public const int PartCount = 4;

    // 2 MB of sketches: what a few transforms read and write again soon.
    private const long NumbersInCache = 1 << 19;

    private readonly long[] lengths;
    private readonly CountSketch outside;
    private readonly CountSketch inside;
    private readonly double scale;

    /// <summary>Draws the coordinates and the signs.</summary>
    /// <param name="block">The parameters.</param>
    /// <param name="dimension">k.</param>
    /// <param name="total">d, over all blocks.</param>
    /// <param name="generator">Public randomness.</param>
    public SketchProjection(ParameterBlock block, long dimension, long total, SeededGenerator generator)
        : base(block, 0, dimension)
    {
        var count = Math.Min(PartCount, dimension);
        lengths = [.. Enumerable.Range(0, (int)count).Select(i => (dimension + i) / count)];
        scale = Math.Sqrt((double)dimension / total / count);
        outside = new(block.Groups, block.Outputs, lengths, generator);
        inside = new(block.Groups, block.Inputs, lengths, generator);
    }

    /// <inheritdoc/>
    public override long HeldBytes => outside.HeldBytes + inside.HeldBytes;

    /// <inheritdoc/>
    public override Tensor Apply(LayerFactors factors) => factors is PairFactors { Inputs: var positions }
        ? InSlices(factors, NumbersInCache / (Block.Groups * positions.shape[2] * 2 * Length), some => OfPairs((PairFactors)some) * scale)
        : InSlices(factors, LayerFactors.NumbersAtOnce / Block.Count, some => OfGradients(some.ToExplicit().Gradients) * scale);

    /// <inheritdoc/>
    public override Tensor Transpose(Tensor coordinates)
    {
        using var scope = NewDisposeScope();
        var values = (coordinates * scale).cpu().data<float>().ToArray();
        var matrix = zeros(Block.MatrixShape);
        TensorNumbers.InParallel((int)(Block.Groups * Block.Outputs), Block.Count, row =>
        {
            var turned = ArrayPool<float>.Shared.Rent(values.Length);
            turned.AsSpan(0, values.Length).Clear();
            outside.AddTurned(row, values, turned, isTransposed: true);
            inside.AddTransposed(row / (int)Block.Outputs, turned, TensorNumbers.Of(matrix, row, (int)Block.Inputs));
            ArrayPool<float>.Shared.Return(turned);
        });
        return matrix.to(Block.Weight.device).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        // Both maps are arrays.
    }

    /// <summary>From b [U, groups, T, out] and a [U, groups, T, in] to [U, k].</summary>
    private Tensor OfPairs(PairFactors pairs)
    {
        var (ofOutside, ofInside) = (outside.Of(pairs.OutputGradients), inside.Of(pairs.Inputs));
        var convolved = new List<Tensor>();
        long start = 0;
        foreach (var (length, count) in lengths.CountBy(length => length))
        {
            var product = Spectra(ofOutside) * Spectra(ofInside);
            convolved.Add(fft.irfft(product.sum([1, 2]), length).flatten(1));
            start += count * length;

            Tensor Spectra(Tensor sketches) => fft.rfft(sketches.narrow(3, start, count * length).unflatten(3, count, length));
        }

        return cat([.. convolved], 1);
    }

    /// <summary>From [U, groups, out, in] to [U, k].</summary>
    private Tensor OfGradients(Tensor gradients)
    {
        var x = gradients.to_type(ScalarType.Float32).cpu().contiguous();
        var sums = zeros([x.shape[0], Length]);
        var (groups, outputs, size, length) = ((int)Block.Groups, (int)Block.Outputs, (int)Block.Inputs, (int)Length);
        TensorNumbers.InParallel((int)x.shape[0], x.numel(), unit =>
        {
            var sketches = ArrayPool<float>.Shared.Rent(CountSketch.Lanes * length);
            var sum = TensorNumbers.Of(sums, unit, length);
            for (var group = 0; group < groups; group++)
            {
                var rows = TensorNumbers.Of(x, (unit * groups) + group, outputs * size);
                for (var start = 0; start < outputs; start += CountSketch.Lanes)
                {
                    var count = Math.Min(CountSketch.Lanes, outputs - start);
                    var some = sketches.AsSpan(0, count * length);
                    some.Clear();
                    inside.AddAll(group, rows.Slice(start * size, count * size), some);
                    for (var i = 0; i < count; i++)
                    {
                        outside.AddTurned((group * outputs) + start + i, some.Slice(i * length, length), sum);
                    }
                }
            }

            ArrayPool<float>.Shared.Return(sketches);
        });
        return sums.to(gradients.device);
    }
}
