using Quietune.Tuning.Geometry.Projections;
using Quietune.Tuning.Geometry.Whitened;
using Quietune.Tuning.Gradients;
using Quietune.Tuning.Models;
using static TorchSharp.torch;

namespace Quietune.Tuning.Geometry;

/// <summary>A geometry that whitens each block by itself; the release is the blocks' coordinates one after the other.</summary>
/// <param name="blocks">The model's blocks.</param>
/// <param name="whitenings">One for each block, in order; owned. Null leaves a block untouched.</param>
public abstract class BlockGeometry(IReadOnlyList<ParameterBlock> blocks, IReadOnlyList<BlockWhitening?> whitenings) : IGeometry
{
    /// <inheritdoc/>
    public long Dimension => whitenings.Sum(whitening => whitening?.Dimension ?? 0);

    /// <inheritdoc/>
    public Tensor SquaredNorms(UnitGradients gradients)
    {
        using var scope = NewDisposeScope();
        var total = zeros([gradients.Units], dtype: gradients.Dtype, device: gradients.Device);
        for (var i = 0; i < whitenings.Count; i++)
        {
            if (whitenings[i] is { } whitening)
            {
                using var layer = NewDisposeScope();
                total.add_(gradients.Layers[i].SquaredNorms(whitening));
            }
        }

        return total.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor WeightedSum(UnitGradients gradients, Tensor weights)
    {
        using var scope = NewDisposeScope();
        var parts = new List<Tensor>();
        for (var i = 0; i < whitenings.Count; i++)
        {
            if (whitenings[i] is { } whitening)
            {
                using var layer = NewDisposeScope();
                parts.Add(whitening.Coordinates(gradients.Layers[i].WeightedSum(weights)).MoveToOuterDisposeScope());
            }
        }

        return cat(parts).MoveToOuterDisposeScope();
    }

    /// <summary>Whether a step takes the whitened gradient itself, turned back, instead of whitening it twice: the published form of AdaDPS and DP-KFC.</summary>
    public bool StepsFlat { get; init; }

    /// <inheritdoc/>
    public WhitenedUnits Whiten(UnitGradients gradients) =>
        WhitenedUnits.Joined([.. whitenings.Zip(gradients.Layers).Where(pair => pair.First is not null).Select(pair => pair.Second.Whitened(pair.First!))]);

    /// <inheritdoc/>
    public ParameterDelta Lift(Tensor whitened) => Lifted(whitened, (whitening, part) => whitening.Lift(part));

    /// <inheritdoc/>
    public ParameterDelta Step(Tensor whitened) => StepsFlat ? Lifted(whitened, (whitening, part) => whitening.RotatedBack(part)) : Lift(whitened);

    private ParameterDelta Lifted(Tensor whitened, Func<BlockWhitening, Tensor, Tensor> lift)
    {
        using var scope = NewDisposeScope();
        var matrices = new List<Tensor>();
        long start = 0;
        for (var i = 0; i < whitenings.Count; i++)
        {
            var length = whitenings[i]?.Dimension ?? 0;
            matrices.Add(whitenings[i] is { } whitening
                ? lift(whitening, whitened.narrow(0, start, length)).clone().MoveToOuterDisposeScope()
                : zeros(blocks[i].MatrixShape).MoveToOuterDisposeScope());
            start += length;
        }

        return new(matrices);
    }

    /// <summary>The blocks' whitenings, null where a block stays untouched.</summary>
    protected IReadOnlyList<BlockWhitening?> Whitenings => whitenings;

    /// <summary>The same map as a projection whose units' coordinates can be had; this geometry must not be used or disposed any more.</summary>
    internal SubspaceGeometry AsSubspace()
    {
        var parts = new List<BlockProjection?>();
        long start = 0;
        for (var i = 0; i < whitenings.Count; i++)
        {
            parts.Add(whitenings[i] is { } whitening ? new RotationProjection(blocks[i], start, whitening) : null);
            start += whitenings[i]?.Dimension ?? 0;
        }

        return new(blocks, parts, start);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees the whitenings.</summary>
    protected virtual void Dispose(bool disposing)
    {
        foreach (var whitening in whitenings)
        {
            whitening?.Dispose();
        }
    }
}
