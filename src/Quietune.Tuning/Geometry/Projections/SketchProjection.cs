using Quietune.Data;
using Quietune.Tuning.Gradients;
using Quietune.Tuning.Models;
using static TorchSharp.torch;

namespace Quietune.Tuning.Geometry.Projections;

/// <summary>A sparse Johnson–Lindenstrauss map of a block's gradient: each number goes, under a random sign, to one coordinate of each of a few parts of the release.</summary>
/// <remarks>
/// The coordinate of entry (p, q) is h(p) + h′(q) modulo the part's length, so the sketch of b aᵀ is the circular convolution of the sketches of b
/// and a: T·(o + i + m log m) for a pair of factors. E[PᵀP] = (k/d)·I over all blocks.
/// Source: Kane &amp; Nelson 2014 (a few parts); Pham &amp; Pagh 2013 (products). Derivation: docs/derivations/projections.md.
/// </remarks>
internal sealed class SketchProjection : BlockProjection
{
    /// <summary>How many coordinates each number of the gradient goes to.</summary>
    public const int PartCount = 4;

    private readonly Part[] parts;

    /// <summary>Draws the coordinates and the signs.</summary>
    /// <param name="block">The parameters.</param>
    /// <param name="dimension">k.</param>
    /// <param name="total">d, over all blocks.</param>
    /// <param name="generator">Public randomness.</param>
    public SketchProjection(ParameterBlock block, long dimension, long total, SeededGenerator generator)
        : base(block, 0, dimension)
    {
        var count = (int)Math.Min(PartCount, dimension);
        var scale = Math.Sqrt((double)dimension / total / count);
        parts = [.. Enumerable.Range(0, count).Select(i => new Part(block, (dimension + i) / count, scale, generator))];
    }

    /// <inheritdoc/>
    public override long HeldBytes => parts.Sum(part => part.HeldBytes);

    /// <inheritdoc/>
    public override Tensor Apply(LayerFactors factors)
    {
        using var scope = NewDisposeScope();
        var perUnit = factors is PairFactors pairs ? pairs.Inputs.shape[1] * pairs.Inputs.shape[2] * (Length + Block.Inputs) : Block.Count;
        var step = Math.Max(1, LayerFactors.NumbersAtOnce / perUnit);
        var gradients = factors is PairFactors ? null : factors.ToExplicit().Gradients;
        var found = new List<Tensor>();
        for (long start = 0; start < factors.Units; start += step)
        {
            using var slice = NewDisposeScope();
            var count = Math.Min(step, factors.Units - start);
            found.Add(cat([.. parts.Select(part => factors is PairFactors pair
                ? part.OfPair(pair.OutputGradients.narrow(0, start, count), pair.Inputs.narrow(0, start, count))
                : part.OfGradients(gradients!.narrow(0, start, count)))], 1).MoveToOuterDisposeScope());
        }

        return cat(found).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Tensor Transpose(Tensor coordinates)
    {
        using var scope = NewDisposeScope();
        var sum = zeros(Block.MatrixShape, device: coordinates.device);
        long start = 0;
        foreach (var part in parts)
        {
            sum.add_(part.Transpose(coordinates.narrow(0, start, part.Length)));
            start += part.Length;
        }

        return sum.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        foreach (var part in parts)
        {
            part.Dispose();
        }
    }

    /// <summary>One number of the gradient, one coordinate.</summary>
    private sealed class Part : IDisposable
    {
        private readonly Tensor outPlaces;
        private readonly Tensor inPlaces;
        private readonly Tensor outSigns;
        private readonly Tensor inSigns;

        public Part(ParameterBlock block, long length, double scale, SeededGenerator generator)
        {
            using var scope = NewDisposeScope();
            Length = length;
            var (groups, device) = (block.Groups, block.Weight.device);
            outPlaces = tensor(Places(groups * block.Outputs), [groups, block.Outputs, 1]).to(device).DetachFromDisposeScope();
            inPlaces = tensor(Places(groups * block.Inputs), [groups, 1, block.Inputs]).to(device).DetachFromDisposeScope();
            outSigns = tensor(Signs(groups * block.Outputs, (float)scale), [groups, block.Outputs, 1]).to(device).DetachFromDisposeScope();
            inSigns = tensor(Signs(groups * block.Inputs, 1), [groups, 1, block.Inputs]).to(device).DetachFromDisposeScope();

            long[] Places(long count) => [.. Enumerable.Range(0, (int)count).Select(_ => (long)generator.Next((int)length))];
            float[] Signs(long count, float value) => [.. Enumerable.Range(0, (int)count).Select(_ => generator.Next(2) == 0 ? value : -value)];
        }

        public long Length { get; }

        public long HeldBytes => BytesOf(outPlaces, inPlaces, outSigns, inSigns);

        /// <summary>From b [U, groups, T, out] and a [U, groups, T, in] to [U, length].</summary>
        public Tensor OfPair(Tensor b, Tensor a)
        {
            var outside = fft.rfft(Sketched(b, outPlaces.transpose(1, 2), outSigns.transpose(1, 2)));
            var inside = fft.rfft(Sketched(a, inPlaces, inSigns));
            return fft.irfft((outside * inside).sum([1, 2]), Length);
        }

        /// <summary>From [U, groups, out, in] to [U, length].</summary>
        public Tensor OfGradients(Tensor gradients)
        {
            var signed = (gradients * (outSigns * inSigns)).flatten(1);
            return zeros([signed.shape[0], Length], device: signed.device).scatter_add_(1, AllPlaces().unsqueeze(0).expand(signed.shape[0], -1), signed);
        }

        public Tensor Transpose(Tensor coordinates) => coordinates.index_select(0, AllPlaces()).reshape(outPlaces.shape[0], outPlaces.shape[1], -1) * (outSigns * inSigns);

        public void Dispose()
        {
            outPlaces.Dispose();
            inPlaces.Dispose();
            outSigns.Dispose();
            inSigns.Dispose();
        }

        private Tensor AllPlaces() => (outPlaces + inPlaces).remainder(Length).flatten();

        private Tensor Sketched(Tensor x, Tensor places, Tensor signs) =>
            zeros([.. x.shape[..^1], Length], device: x.device).scatter_add_(3, places.unsqueeze(0).expand(x.shape), x * signs);
    }
}
