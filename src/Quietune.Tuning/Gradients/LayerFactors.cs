using Quietune.Tuning.Geometry;
using Quietune.Tuning.Models;
using static TorchSharp.torch;

namespace Quietune.Tuning.Gradients;

/// <summary>The gradients of one block for every unit of a batch, in the cheapest form that is exact.</summary>
/// <remarks>A unit's gradient is a matrix G = Σ_t b_t a_tᵀ [groups, out, in] over its positions t (docs/derivations/factors.md).</remarks>
public abstract class LayerFactors(ParameterBlock block)
{
    /// <summary>The parameters these are gradients of.</summary>
    public ParameterBlock Block { get; } = block;

    /// <summary>How many units the batch holds.</summary>
    public abstract long Units { get; }

    /// <summary>‖W g‖² of every unit, [U].</summary>
    public abstract Tensor SquaredNorms(BlockWhitening whitening);

    /// <summary>Σ_u c_u·G_u, [groups, out, in].</summary>
    /// <param name="weights">c, [U].</param>
    public abstract Tensor WeightedSum(Tensor weights);

    /// <summary>The second moments of the two sides, summed over the batch: Σ a aᵀ [groups, in, in] and Σ b bᵀ [groups, out, out]; an in-side of one-hot rows gives its diagonal [groups, in].</summary>
    public abstract (Tensor In, Tensor Out) SideMoments();

    /// <summary>The gradients themselves.</summary>
    public abstract ExplicitFactors ToExplicit();

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
