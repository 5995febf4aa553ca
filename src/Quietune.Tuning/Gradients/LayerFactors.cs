using Quietune.Tuning.Geometry;
using Quietune.Tuning.Geometry.Whitened;
using Quietune.Tuning.Models;
using static TorchSharp.torch;

namespace Quietune.Tuning.Gradients;

/// <summary>The gradients of one block for every unit of a batch, in the cheapest form that is exact.</summary>
/// <remarks>A unit's gradient is a matrix G = Σ_t b_t a_tᵀ [groups, out, in] over its positions t (docs/derivations/factors.md).</remarks>
public abstract class LayerFactors(ParameterBlock block)
{
    /// <summary>How many numbers of gradients are formed at a time where they are formed in slices: 64 MB.</summary>
    internal const long NumbersAtOnce = 1 << 24;

    /// <summary>The parameters these are gradients of.</summary>
    public ParameterBlock Block { get; } = block;

    /// <summary>How many units the batch holds.</summary>
    public abstract long Units { get; }

    /// <summary>What the factors are held in.</summary>
    internal abstract IEnumerable<Tensor> Tensors { get; }

    /// <summary>‖W g‖² of every unit, [U].</summary>
    public abstract Tensor SquaredNorms(BlockWhitening whitening);

    /// <summary>Σ_u c_u·G_u, [groups, out, in].</summary>
    /// <param name="weights">c, [U].</param>
    public abstract Tensor WeightedSum(Tensor weights);

    /// <summary>The second moments of the two sides, summed over the batch: Σ a aᵀ [groups, in, in] and Σ b bᵀ [groups, out, out]; a side of one-hot rows, or one too large to rotate, may give its diagonal alone, [groups, n].</summary>
    public abstract (Tensor In, Tensor Out) SideMoments();

    /// <summary>The gradients themselves.</summary>
    public abstract ExplicitFactors ToExplicit();

    /// <summary>The coordinates W g of every unit, [U, k].</summary>
    internal virtual Tensor Coordinates(BlockWhitening whitening) => ToExplicit().Coordinates(whitening);

    /// <summary>These gradients with no work left until a geometry is known.</summary>
    internal virtual LayerFactors Formed() => this;

    /// <summary>The gradients of a run of units.</summary>
    internal abstract LayerFactors Slice(long start, long count);

    /// <summary>The gradients in the coordinates of a whitening, as far as rotating them once saves work.</summary>
    internal virtual WhitenedLayer Whitened(BlockWhitening whitening) => ToExplicit().Whitened(whitening);

    /// <summary>⟨G_u, M⟩ of every unit, [U].</summary>
    /// <param name="matrix">M, [groups, out, in].</param>
    internal abstract Tensor Dots(Tensor matrix);

    /// <summary>Some rows of every unit's gradient, [U, count, in], so that a wide block's need never be held whole.</summary>
    internal abstract Tensor Rows(long group, long start, long count);

    /// <summary>The last column of every unit's gradient, [U, groups, out]: the gradient of the bias where the block has one.</summary>
    internal virtual Tensor LastColumn() => ToExplicit().LastColumn();

    /// <summary>Σ_u G_u∘G_u, [groups, out, in].</summary>
    internal virtual Tensor SumOfSquares()
    {
        using var scope = NewDisposeScope();
        var sum = zeros(Block.MatrixShape, device: Block.Weight.device);
        var step = Math.Clamp(NumbersAtOnce / Math.Max(1, Units * Block.Inputs), 1, Block.Outputs);
        for (long group = 0; group < Block.Groups; group++)
        {
            for (long start = 0; start < Block.Outputs; start += step)
            {
                using var slice = NewDisposeScope();
                var count = Math.Min(step, Block.Outputs - start);
                sum[group].narrow(0, start, count).copy_(Rows(group, start, count).square().sum([0]));
            }
        }

        return sum.MoveToOuterDisposeScope();
    }

    /// <summary>The same gradients with the rows of each unit taken together.</summary>
    /// <param name="units">The unit number of each row, [R], int64, from 0 to <paramref name="unitCount"/> − 1.</param>
    /// <param name="unitCount">How many units there are.</param>
    public virtual LayerFactors Grouped(Tensor units, long unitCount) => ToExplicit().Grouped(units, unitCount);

    /// <summary>These gradients plus those of another use of the same parameter, unit by unit.</summary>
    public virtual LayerFactors Plus(LayerFactors other)
    {
        var mine = ToExplicit();
        return new ExplicitFactors(Block, mine.Gradients + other.ToExplicit().Gradients);
    }
}
