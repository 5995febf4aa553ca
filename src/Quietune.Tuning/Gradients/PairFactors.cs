using Quietune.Tuning.Geometry;
using Quietune.Tuning.Geometry.Whitened;
using Quietune.Tuning.Models;
using static TorchSharp.torch;

namespace Quietune.Tuning.Gradients;

/// <summary>Gradients kept as input and output-gradient pairs, never multiplied out.</summary>
/// <param name="block">The parameters.</param>
/// <param name="inputs">a, [U, groups, T, in], with the constant 1 as last column where the block has a bias.</param>
/// <param name="outputGradients">b, [U, groups, T, out].</param>
public sealed class PairFactors(ParameterBlock block, Tensor inputs, Tensor outputGradients) : LayerFactors(block)
{
    private const double PositionsOfEqualCost = 37;
    private const double MostRoom = 4;

    /// <inheritdoc/>
    public override long Units => inputs.shape[0];

    /// <inheritdoc/>
    internal override IEnumerable<Tensor> Tensors => [inputs, outputGradients];

    private long Positions => inputs.shape[2];

    /// <inheritdoc/>
    public override Tensor SquaredNorms(BlockWhitening whitening)
    {
        var a = whitening.RotatedIn(inputs);
        var b = whitening.RotatedOut(outputGradients);
        if (Positions == 1)
        {
            // G is of rank one: ‖S∘(b aᵀ)‖² = (b∘b)ᵀ(S∘S)(a∘a).
            return whitening.RankOneSquaredNorms(b.squeeze(2), a.squeeze(2)).to_type(inputs.dtype);
        }

        if (whitening.IsSeparable)
        {
            // ‖Σ_t b_t a_tᵀ‖² = Σ_{t,s} ⟨b_t, b_s⟩⟨a_t, a_s⟩ (Li, Tramèr, Liang & Hashimoto 2022, section 4).
            // In float64: positions that cancel would leave a difference of large numbers, and a unit that looks shorter than it is.
            (b, a) = whitening.ScaledSides(b.to_type(ScalarType.Float64), a.to_type(ScalarType.Float64));
            return (a.matmul(a.transpose(-1, -2)) * b.matmul(b.transpose(-1, -2))).flatten(1).sum(1).to_type(inputs.dtype);
        }

        return Sliced(b.transpose(-1, -2), a, whitening);
    }

    /// <inheritdoc/>
    public override Tensor WeightedSum(Tensor weights)
    {
        var b = PerGroup(outputGradients * weights.reshape(-1, 1, 1, 1));
        return b.transpose(1, 2).matmul(PerGroup(inputs));
    }

    /// <inheritdoc/>
    public override (Tensor In, Tensor Out) SideMoments()
    {
        return (Moments(PerGroup(inputs)), Moments(PerGroup(outputGradients)));

        // Of a side that keeps its own axes, nothing but the diagonal is read.
        static Tensor Moments(Tensor x) => x.shape[2] > KroneckerCurvature.LargestRotatedSide ? x.square().sum(1) : x.transpose(1, 2).matmul(x);
    }

    /// <inheritdoc/>
    public override ExplicitFactors ToExplicit() => new(Block, outputGradients.transpose(-1, -2).matmul(inputs));

    /// <inheritdoc/>
    internal override Tensor Coordinates(BlockWhitening whitening) =>
        whitening.Kept(whitening.Scaled(whitening.RotatedOut(outputGradients).transpose(-1, -2).matmul(whitening.RotatedIn(inputs))).flatten(1));

    /// <inheritdoc/>
    internal override LayerFactors Slice(long start, long count) => new PairFactors(Block, inputs.narrow(0, start, count), outputGradients.narrow(0, start, count));

    /// <inheritdoc/>
    internal override WhitenedLayer Whitened(BlockWhitening whitening)
    {
        using var scope = NewDisposeScope();
        var a = whitening.RotatedIn(inputs);
        var b = whitening.RotatedOut(outputGradients);
        return Positions == 1 || whitening.IsSeparable
            ? new WhitenedSides(whitening, b.alias().MoveToOuterDisposeScope(), a.alias().MoveToOuterDisposeScope())
            : new HeldCoordinates(whitening, whitening.ScaledInPlace(b.transpose(-1, -2).matmul(a)).flatten(1).MoveToOuterDisposeScope());
    }

    /// <inheritdoc/>
    internal override Tensor Dots(Tensor matrix) => (PerGroup(outputGradients).matmul(matrix) * PerGroup(inputs)).sum(-1).reshape(Block.Groups, Units, Positions).sum([0, 2]);

    /// <inheritdoc/>
    internal override Tensor Rows(long group, long start, long count) =>
        outputGradients.select(1, group).narrow(-1, start, count).transpose(-1, -2).matmul(inputs.select(1, group));

    /// <inheritdoc/>
    /// <remarks>The input of the last column is the constant 1 where the block has a bias, and any input where it has none.</remarks>
    internal override Tensor LastColumn() => (outputGradients * inputs.narrow(-1, Block.Inputs - 1, 1)).sum(2);

    /// <inheritdoc/>
    internal override Tensor SumOfSquares() => Positions > 1
        ? base.SumOfSquares()
        : PerGroup(outputGradients).square().transpose(1, 2).matmul(PerGroup(inputs).square());

    /// <inheritdoc/>
    public override LayerFactors Plus(LayerFactors other) => other is PairFactors pair
        ? new PairFactors(Block, cat([inputs, pair.Inputs], 2), cat([outputGradients, pair.OutputGradients], 2))
        : base.Plus(other);

    /// <summary>These, or the gradients themselves where they are the cheaper form.</summary>
    public LayerFactors Compact() => PrefersExplicit(Block, Positions) ? ToExplicit() : this;

    /// <summary>Whether gradients of so many positions are better formed: where they take less room, out·in ≤ T·(out + in), and up to four times more where positions are many.</summary>
    /// <remarks>
    /// A formed gradient costs about 3 ns of memory traffic a number; norms from pairs cost T²·(out + in) products in float64, 0.08 ns each
    /// (measured on one AVX2 core). The weighted sum costs the product of the sides either way.
    /// </remarks>
    internal static bool PrefersExplicit(ParameterBlock block, long positions) =>
        positions > 1 && block.Outputs * block.Inputs <= Math.Clamp(positions / PositionsOfEqualCost, 1, MostRoom) * positions * (block.Outputs + block.Inputs);

    /// <summary>The same gradients of the same parameters, seen as the transposed matrix: the sides change places.</summary>
    /// <param name="transposed">A block of one group, without a bias, whose outputs are these inputs.</param>
    public PairFactors Swapped(ParameterBlock transposed) => new(transposed, outputGradients, inputs);

    /// <summary>a, [U, groups, T, in].</summary>
    internal Tensor Inputs => inputs;

    /// <summary>b, [U, groups, T, out].</summary>
    internal Tensor OutputGradients => outputGradients;

    /// <summary>‖S∘(bᵀa)‖² of every unit, a few units at a time: their gradients are formed.</summary>
    private static Tensor Sliced(Tensor b, Tensor a, BlockWhitening whitening)
    {
        var units = a.shape[0];
        var step = Math.Clamp(NumbersAtOnce / Math.Max(1, b.shape[1] * b.shape[2] * a.shape[3]), 1, Math.Max(1, units));
        if (step >= units)
        {
            return whitening.Scaled(b.matmul(a)).flatten(1).square().sum(1);
        }

        using var scope = NewDisposeScope();
        var norms = empty([units], dtype: a.dtype, device: a.device);
        for (long start = 0; start < units; start += step)
        {
            using var slice = NewDisposeScope();
            var count = Math.Min(step, units - start);
            norms.narrow(0, start, count).copy_(whitening.Scaled(b.narrow(0, start, count).matmul(a.narrow(0, start, count))).flatten(1).square().sum(1));
        }

        return norms.MoveToOuterDisposeScope();
    }

    /// <summary>[U, groups, T, n] as [groups, U·T, n].</summary>
    private static Tensor PerGroup(Tensor x) => x.transpose(0, 1).flatten(1, 2);
}
