using Quietune.Tuning.Geometry.Whitened;
using Quietune.Tuning.Gradients;
using Quietune.Tuning.Models;
using static TorchSharp.torch;

namespace Quietune.Tuning.Geometry;

/// <summary>A geometry whose steps are turned by the inverse of released input moments: post-processing, so that clipping and noise are those of the geometry inside.</summary>
/// <param name="inner">W; stays the caller's.</param>
/// <param name="inverse">N·(M + ridge)⁻¹, [in, in], float32; owned.</param>
internal sealed class ReleasedMomentGeometry(IGeometry inner, Tensor inverse) : IGeometry
{
    /// <inheritdoc/>
    public long Dimension => inner.Dimension;

    /// <inheritdoc/>
    public Tensor SquaredNorms(UnitGradients gradients) => inner.SquaredNorms(gradients);

    /// <inheritdoc/>
    public Tensor WeightedSum(UnitGradients gradients, Tensor weights) => inner.WeightedSum(gradients, weights);

    /// <inheritdoc/>
    public WhitenedUnits Whiten(UnitGradients gradients) => inner.Whiten(gradients);

    /// <inheritdoc/>
    public ParameterDelta Lift(Tensor whitened) => inner.Lift(whitened);

    /// <inheritdoc/>
    public ParameterDelta Step(Tensor whitened)
    {
        using var scope = NewDisposeScope();
        using var lifted = inner.Step(whitened);
        return new([lifted.Matrices[0].matmul(inverse).MoveToOuterDisposeScope()]);
    }

    /// <inheritdoc/>
    public void Dispose() => inverse.Dispose();
}
