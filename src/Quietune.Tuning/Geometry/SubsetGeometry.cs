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
    private readonly WeakReference<UnitGradients> whole = new(null!);
    private readonly WeakReference<UnitGradients> part = new(null!);

    /// <inheritdoc/>
    public long Dimension => inner.Dimension;

    /// <inheritdoc/>
    public Tensor SquaredNorms(UnitGradients gradients) => inner.SquaredNorms(Restricted(gradients));

    /// <inheritdoc/>
    public Tensor WeightedSum(UnitGradients gradients, Tensor weights) => inner.WeightedSum(Restricted(gradients), weights);

    /// <inheritdoc/>
    public WhitenedUnits Whiten(UnitGradients gradients) => inner.Whiten(subset.Restrict(gradients));

    /// <inheritdoc/>
    public ParameterDelta Lift(Tensor whitened) => subset.Extend(all, inner.Lift(whitened));

    /// <inheritdoc/>
    public void Dispose() => inner.Dispose();

    // The sum of the same units follows their norms; what the inner geometry remembers of them must find them again.
    private UnitGradients Restricted(UnitGradients gradients)
    {
        if (whole.TryGetTarget(out var known) && ReferenceEquals(known, gradients) && part.TryGetTarget(out var earlier)
            && earlier.Layers.All(layer => layer.Tensors.All(tensor => !tensor.IsInvalid)))
        {
            return earlier;
        }

        var restricted = subset.Restrict(gradients);
        whole.SetTarget(gradients);
        part.SetTarget(restricted);
        return restricted;
    }
}
