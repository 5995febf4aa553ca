using Quietune.Tuning.Geometry.Projections;
using Quietune.Tuning.Geometry.Whitened;
using Quietune.Tuning.Gradients;
using Quietune.Tuning.Models;
using static TorchSharp.torch;

namespace Quietune.Tuning.Geometry;

/// <summary>W = I − PᵀP: what an orthogonal projection leaves out, in all dimensions.</summary>
/// <param name="blocks">The model's blocks.</param>
/// <param name="subspace">P with orthonormal rows; not owned.</param>
public sealed class ResidualGeometry(IReadOnlyList<ParameterBlock> blocks, SubspaceGeometry subspace) : IGeometry
{
    // What float32 may lose in ‖g‖² − ‖Pg‖² is given back, so that no unit looks shorter than it is.
    private const double Rounding = 1e-4;
    private readonly IdentityGeometry whole = new(blocks);

    /// <inheritdoc/>
    public long Dimension => whole.Dimension;

    /// <inheritdoc/>
    public Tensor SquaredNorms(UnitGradients gradients)
    {
        using var scope = NewDisposeScope();
        return Whiten(gradients).SquaredNorms().to_type(gradients.Dtype).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor WeightedSum(UnitGradients gradients, Tensor weights)
    {
        using var scope = NewDisposeScope();
        return Whiten(gradients).WeightedSum(weights.to_type(ScalarType.Float64)).to_type(gradients.Dtype).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public WhitenedUnits Whiten(UnitGradients gradients)
    {
        var formed = gradients.Formed();
        return new Units(subspace, whole.Whiten(formed), subspace.Whiten(formed));
    }

    /// <inheritdoc/>
    public ParameterDelta Lift(Tensor whitened)
    {
        using var scope = NewDisposeScope();
        using var all = whole.Lift(whitened);
        using var kept = subspace.Lift(subspace.Project(all));
        return new([.. all.Matrices.Zip(kept.Matrices, (matrix, part) => (matrix - part).MoveToOuterDisposeScope())]);
    }

    /// <inheritdoc/>
    public void Dispose() => whole.Dispose();

    private static Tensor Flat(ParameterDelta delta) => cat([.. delta.Matrices.Select(matrix => matrix.flatten())]);

    private sealed class Units(SubspaceGeometry projection, WhitenedUnits whole, WhitenedUnits kept) : WhitenedUnits
    {
        public override Tensor SquaredNorms() => (((1 + Rounding) * whole.SquaredNorms()) - kept.SquaredNorms()).clamp_min(0);

        public override Tensor WeightedSum(Tensor weights)
        {
            using var scope = NewDisposeScope();
            using var lifted = projection.Lift(kept.WeightedSum(weights).to_type(ScalarType.Float32));
            return (whole.WeightedSum(weights) - Flat(lifted)).MoveToOuterDisposeScope();
        }
    }
}
