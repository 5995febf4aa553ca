using System.Diagnostics.CodeAnalysis;
using Quietune.Data;
using Quietune.Tuning.Gradients;
using Quietune.Tuning.Models;
using static TorchSharp.torch;

namespace Quietune.Tuning.Geometry.Projections;

/// <summary>A subsampled randomised Hadamard transform of a block's gradient, through both sides of its factors.</summary>
/// <remarks>
/// P = √(B/d)·Σ·S·(H_o D_o ⊗ H_i D_i): random signs and a Hadamard transform on each side, then k of the B = groups·o′·i′ entries (padded to
/// powers of two) under random signs Σ. A pair of factors costs T·(o log o + i log i + k). E[PᵀP] = (k/d)·I over all blocks.
/// Source: Ailon &amp; Chazelle 2009; Tropp 2011; on factors, Jin, Kolda &amp; Ward 2021; blocks added under signs, Balabanov et al. 2023.
/// Derivation: docs/derivations/projections.md.
/// </remarks>
internal sealed class HadamardProjection : BlockProjection
{
    private readonly Tensor outSigns;
    private readonly Tensor inSigns;
    private readonly Tensor rows;
    private readonly Tensor columns;
    private readonly Tensor places;
    private readonly Tensor scales;
    private readonly PickedHadamard picked;
    private readonly long paddedOut;
    private readonly long paddedIn;

    /// <summary>Draws the signs and the sample.</summary>
    /// <param name="block">The parameters.</param>
    /// <param name="dimension">k.</param>
    /// <param name="total">d, over all blocks.</param>
    /// <param name="generator">Public randomness.</param>
    public HadamardProjection(ParameterBlock block, long dimension, long total, SeededGenerator generator)
        : base(block, 0, dimension)
    {
        using var scope = NewDisposeScope();
        (paddedOut, paddedIn) = (HadamardTransform.PaddedSize(block.Outputs), HadamardTransform.PaddedSize(block.Inputs));
        var count = block.Groups * paddedOut * paddedIn;
        outSigns = Kept(tensor(Signs(generator, block.Groups * block.Outputs, 1), [block.Groups, 1, block.Outputs]));
        inSigns = Kept(tensor(Signs(generator, block.Groups * block.Inputs, 1), [block.Groups, 1, block.Inputs]));
        var sample = Sample(generator, dimension, count);
        scales = Kept(tensor(Signs(generator, dimension, (float)Math.Sqrt((double)count / total))));
        rows = Kept(tensor(Array.ConvertAll(sample, place => (place / (paddedOut * paddedIn) * paddedOut) + (place % paddedOut))));
        columns = Kept(tensor(Array.ConvertAll(sample, place => place / paddedOut)));
        picked = new(
            outSigns.data<float>().ToArray(), inSigns.data<float>().ToArray(), [.. sample.Select(place => (int)(place % paddedOut))], [.. sample.Select(place => (int)(place / paddedOut))], (int)paddedOut, (int)paddedIn);
        places = Kept(tensor(sample));           // [groups, in′, out′], the layout in which an explicit gradient ends
    }

    /// <inheritdoc/>
    public override long HeldBytes => BytesOf(outSigns, inSigns, rows, columns, places, scales) + picked.HeldBytes;

    /// <inheritdoc/>
    public override Tensor Apply(LayerFactors factors)
    {
        var perUnit = TakesPairs(factors, out var pair) ? pair.Inputs.shape[2] * (Length + (Block.Groups * paddedIn)) : Block.Groups * paddedOut * paddedIn;
        return InSlices(factors, LayerFactors.NumbersAtOnce / perUnit, some => (OfPicked(some) ?? OfAll(some)) * scales);
    }

    private bool TakesPairs(LayerFactors factors, [NotNullWhen(true)] out PairFactors? pair)
    {
        pair = factors as PairFactors;
        return pair is not null && pair.Inputs.shape[2] * Length <= Block.Groups * paddedOut * paddedIn;
    }

    /// <summary>The picked places of transforms that are stored.</summary>
    private Tensor OfAll(LayerFactors factors) => TakesPairs(factors, out var pair)
        ? (Side(pair.OutputGradients, outSigns, paddedOut, rows) * Side(pair.Inputs, inSigns, paddedIn, columns)).sum(1)
        : Transformed(factors.ToExplicit().Gradients).flatten(1).index_select(1, places);

    /// <summary>The picked places by one pass through the cache, where one matrix lies on the processor and fewer numbers are picked than there are; null elsewhere.</summary>
    private Tensor? OfPicked(LayerFactors factors)
    {
        var isFew = factors is PairFactors { Inputs: var positions } ? positions.shape[2] * Length <= paddedOut * paddedIn : Length <= paddedIn;
        return Block.Groups != 1 || !isFew || !HadamardTransform.IsPlain(factors.Tensors.First()) ? null
            : factors is PairFactors pair ? picked.OfPairs(pair.OutputGradients.squeeze(1), pair.Inputs.squeeze(1))
            : picked.OfGradients(factors.ToExplicit().Gradients.squeeze(1));
    }

    /// <inheritdoc/>
    public override Tensor Transpose(Tensor coordinates)
    {
        using var scope = NewDisposeScope();
        var spread = zeros([Block.Groups * paddedIn * paddedOut], device: coordinates.device).index_add_(0, places, coordinates * scales, 1).reshape(Block.Groups, paddedIn, paddedOut);
        var outside = HadamardTransform.Of(spread).narrow(-1, 0, Block.Outputs) * outSigns;                          // [groups, in′, out]
        var inside = HadamardTransform.Of(outside.transpose(1, 2)).narrow(-1, 0, Block.Inputs) * inSigns;            // [groups, out, in]
        return inside.contiguous().MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        outSigns.Dispose();
        inSigns.Dispose();
        rows.Dispose();
        columns.Dispose();
        places.Dispose();
        scales.Dispose();
    }

    private static float[] Signs(SeededGenerator generator, long count, float scale) =>
        [.. Enumerable.Range(0, (int)count).Select(_ => generator.Next(2) == 0 ? scale : -scale)];

    // Without replacement, so that the rows of P are orthogonal; where there are fewer places than coordinates, every place comes equally often.
    private static long[] Sample(SeededGenerator generator, long wanted, long count)
    {
        var found = new List<long>();
        while (found.Count < wanted)
        {
            var missing = wanted - found.Count;
            if (count > 4 * missing && found.Count == 0)
            {
                var taken = new HashSet<long>();
                while (taken.Count < missing)
                {
                    var place = (long)(generator.NextDouble() * count);
                    if (taken.Add(place))
                    {
                        found.Add(place);
                    }
                }

                continue;
            }

            var all = Enumerable.Range(0, (int)count).ToArray();
            generator.Shuffle<int>(all);
            found.AddRange(all.Take((int)Math.Min(missing, count)).Select(place => (long)place));
        }

        return [.. found];
    }

    /// <summary>One side of a pair, transformed and picked: [U, groups, T, n] to [U, T, k].</summary>
    private static Tensor Side(Tensor x, Tensor signs, long padded, Tensor picked)
    {
        var transformed = HadamardTransform.Of(x, signs, padded);
        return transformed.permute(0, 2, 1, 3).flatten(2).index_select(2, picked);
    }

    /// <summary>Both sides of a gradient transformed: [U, groups, out, in] to [U, groups, in′, out′].</summary>
    private Tensor Transformed(Tensor gradients) => HadamardTransform.Of(Inside(gradients).transpose(-1, -2), outSigns, paddedOut);

    /// <summary>The in side of a gradient transformed: [U, groups, out, in] to [U, groups, out, in′].</summary>
    private Tensor Inside(Tensor gradients) => HadamardTransform.Of(gradients, inSigns, paddedIn);

    private Tensor Kept(Tensor made) => made.to(Block.Weight.device).DetachFromDisposeScope();
}
