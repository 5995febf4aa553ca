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
    public override Tensor Apply(LayerFactors factors)
    {
        using var scope = NewDisposeScope();
        var step = Math.Max(1, factors is PairFactors { Inputs: var positions }
            ? NumbersInCache / (Block.Groups * positions.shape[2] * 2 * Length)
            : LayerFactors.NumbersAtOnce / Block.Count);
        var found = new List<Tensor>();
        for (long start = 0; start < factors.Units; start += step)
        {
            using var slice = NewDisposeScope();
            var some = factors.Slice(start, Math.Min(step, factors.Units - start));
            var sketches = some is PairFactors pairs ? OfPairs(pairs.OutputGradients, pairs.Inputs) : OfGradients(some.ToExplicit().Gradients);
            found.Add((sketches * scale).MoveToOuterDisposeScope());
        }

        return cat(found).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Tensor Transpose(Tensor coordinates)
    {
        using var scope = NewDisposeScope();
        var values = (coordinates * scale).cpu().data<float>().ToArray();
        var matrix = zeros(Block.MatrixShape);
        Parallel.For(0, (int)(Block.Groups * Block.Outputs), new() { MaxDegreeOfParallelism = get_num_threads() }, row =>
        {
            var turned = new float[values.Length];
            outside.AddTurned(row, values, turned, isTransposed: true);
            inside.AddTransposed(row / (int)Block.Outputs, turned, CountSketch.Numbers(matrix).Slice(row * (int)Block.Inputs, (int)Block.Inputs));
        });
        return matrix.to(Block.Weight.device).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        // Both maps are arrays.
    }

    /// <summary>From b [U, groups, T, out] and a [U, groups, T, in] to [U, k].</summary>
    private Tensor OfPairs(Tensor b, Tensor a)
    {
        var (ofOutside, ofInside) = (outside.Of(b), inside.Of(a));
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
        var (outputs, rows, size) = ((int)Block.Outputs, (int)(Block.Groups * Block.Outputs), (int)Block.Inputs);
        Parallel.For(0, (int)x.shape[0], new() { MaxDegreeOfParallelism = get_num_threads() }, unit =>
        {
            var sketches = new float[CountSketch.Lanes * (int)Length];
            var numbers = CountSketch.Numbers(x).Slice(unit * rows * size, rows * size);
            var sum = CountSketch.Numbers(sums).Slice(unit * (int)Length, (int)Length);
            for (var row = 0; row < rows; row += Math.Min(CountSketch.Lanes, outputs - (row % outputs)))
            {
                var count = Math.Min(CountSketch.Lanes, outputs - (row % outputs));
                sketches.AsSpan().Clear();
                inside.AddAll(row / outputs, numbers.Slice(row * size, count * size), sketches);
                for (var i = 0; i < count; i++)
                {
                    outside.AddTurned(row + i, sketches.AsSpan(i * (int)Length, (int)Length), sum);
                }
            }
        });
        return sums.to(gradients.device);
    }
}
