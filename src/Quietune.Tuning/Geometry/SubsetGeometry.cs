using Quietune.Tuning.Geometry.Whitened;
using Quietune.Tuning.Gradients;
using Quietune.Tuning.Models;
using static TorchSharp.torch;

namespace Quietune.Tuning.Geometry;

/// <summary>Any geometry on a part of the parameters; the others stay as they are.</summary>
/// <param name="all">The model's blocks.</param>
/// <param name="subset">The part.</param>
/// <param name="inner">A geometry on the part's blocks; owned.</param>
public sealed class SubsetGeometry(IReadOnlyList<ParameterBlock> all, ParameterSubset subset, IGeometry inner) : IGeometry
{
    /// <inheritdoc/>
    public long Dimension => inner.Dimension;

    /// <inheritdoc/>
    public Tensor SquaredNorms(UnitGradients gradients) => inner.SquaredNorms(subset.Restrict(gradients));

    /// <inheritdoc/>
    public Tensor WeightedSum(UnitGradients gradients, Tensor weights) => inner.WeightedSum(subset.Restrict(gradients), weights);

    /// <inheritdoc/>
    public WhitenedUnits Whiten(UnitGradients gradients) => inner.Whiten(subset.Restrict(gradients));

    /// <inheritdoc/>
    public ParameterDelta Lift(Tensor whitened) => subset.Extend(all, inner.Lift(whitened));

    /// <inheritdoc/>
    public ParameterDelta Step(Tensor whitened) => subset.Extend(all, inner.Step(whitened));

    /// <inheritdoc/>
    public void Dispose() => inner.Dispose();
}
