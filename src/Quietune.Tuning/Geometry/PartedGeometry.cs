using Quietune.Tuning.Gradients;
using Quietune.Tuning.Models;
using static TorchSharp.torch;

namespace Quietune.Tuning.Geometry;

/// <summary>Several linear maps, each with a clip norm of its own and noise in proportion to it.</summary>
/// <remarks>
/// Part i is clipped to C·r_i and released divided by r_i·√m, m parts: then every part's length is at most C/√m and their joint length at
/// most C, so one release with the noise of C covers all; a step multiplies by r_i·√m again. Source: Yu, Zhang, Chen &amp; Liu 2021, Do not let
/// privacy overbill utility (GEP), section 3: gradient embedding and residual, each with its own clip norm.
/// </remarks>
/// <param name="blocks">The model's blocks.</param>
/// <param name="parts">W_i, owned, and r_i &gt; 0.</param>
public sealed class PartedGeometry(IReadOnlyList<ParameterBlock> blocks, IReadOnlyList<(IGeometry Geometry, double Ratio)> parts) : IGeometry
{
    /// <summary>W_i and r_i.</summary>
    public IReadOnlyList<(IGeometry Geometry, double Ratio)> Parts => parts;

    /// <inheritdoc/>
    public long Dimension => parts.Sum(part => part.Geometry.Dimension);

    private double RootCount => Math.Sqrt(parts.Count);

    /// <inheritdoc/>
    public Tensor SquaredNorms(UnitGradients gradients)
    {
        using var scope = NewDisposeScope();
        return parts.Select(part => part.Geometry.SquaredNorms(gradients) / (part.Ratio * part.Ratio * parts.Count))
            .Aggregate((sum, next) => sum + next).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor WeightedSum(UnitGradients gradients, Tensor weights)
    {
        using var scope = NewDisposeScope();
        return Joined((geometry, _, _) => geometry.WeightedSum(gradients, weights)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public ParameterDelta Lift(Tensor whitened) => Lifted(whitened, ratio => 1 / (ratio * RootCount), (geometry, part) => geometry.Lift(part));

    /// <inheritdoc/>
    public ParameterDelta Step(Tensor whitened) => Lifted(whitened, ratio => ratio * RootCount, (geometry, part) => geometry.Step(part));

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (geometry, _) in parts)
        {
            geometry.Dispose();
        }
    }

    /// <summary>What every part gives, divided by r_i·√m, one after the other; in the current dispose scope.</summary>
    /// <param name="sum">From a part's map, ratio and number to its coordinates.</param>
    internal Tensor Joined(Func<IGeometry, double, int, Tensor> sum) =>
        cat([.. parts.Select((part, i) => sum(part.Geometry, part.Ratio, i) / (part.Ratio * RootCount))]);

    private ParameterDelta Lifted(Tensor whitened, Func<double, double> factor, Func<IGeometry, Tensor, ParameterDelta> lift)
    {
        using var scope = NewDisposeScope();
        var sum = blocks.Select(block => zeros(block.MatrixShape, device: block.Weight.device)).ToList();
        long start = 0;
        foreach (var (geometry, ratio) in parts)
        {
            using var lifted = lift(geometry, whitened.narrow(0, start, geometry.Dimension) * factor(ratio));
            for (var i = 0; i < sum.Count; i++)
            {
                sum[i].add_(lifted.Matrices[i]);
            }

            start += geometry.Dimension;
        }

        return new([.. sum.Select(matrix => matrix.MoveToOuterDisposeScope())]);
    }
}
