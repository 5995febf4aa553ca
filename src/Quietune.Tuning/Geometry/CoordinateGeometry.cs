using Quietune.Tuning.Geometry.Whitened;
using Quietune.Tuning.Gradients;
using Quietune.Tuning.Models;
using static TorchSharp.torch;

namespace Quietune.Tuning.Geometry;

/// <summary>A geometry with few coordinates, which it forms for every unit: norms and sums are those of the coordinates.</summary>
public abstract class CoordinateGeometry : IGeometry
{
    /// <inheritdoc/>
    public abstract long Dimension { get; }

    /// <summary>W g of every unit, [U, k]; in the current dispose scope.</summary>
    public abstract Tensor Coordinates(UnitGradients gradients);

    /// <inheritdoc/>
    public Tensor SquaredNorms(UnitGradients gradients)
    {
        using var scope = NewDisposeScope();
        return Coordinates(gradients).square().sum(1).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor WeightedSum(UnitGradients gradients, Tensor weights)
    {
        using var scope = NewDisposeScope();
        return weights.unsqueeze(0).mm(Coordinates(gradients)).squeeze(0).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public WhitenedUnits Whiten(UnitGradients gradients) => WhitenedUnits.Held(Coordinates(gradients));

    /// <inheritdoc/>
    public abstract ParameterDelta Lift(Tensor whitened);

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees what W is made of.</summary>
    protected abstract void Dispose(bool disposing);
}
