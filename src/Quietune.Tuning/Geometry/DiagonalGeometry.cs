using Quietune.Tuning.Gradients;
using Quietune.Tuning.Models;
using static TorchSharp.torch;

namespace Quietune.Tuning.Geometry;

/// <summary>W = (diag F + λI)^{−p}, F the public second moment of each number of the gradient; p = ½ whitens, p = ¼ goes half of the way.</summary>
/// <remarks>The preconditioner of AdaDPS (Li et al. 2022, Private adaptive optimization with side information), as a metric. Half of the way: docs/derivations/linear-models.md.</remarks>
public sealed class DiagonalGeometry : BlockGeometry
{
    private DiagonalGeometry(IReadOnlyList<ParameterBlock> blocks, IReadOnlyList<BlockWhitening> whitenings)
        : base(blocks, whitenings)
    {
    }

    /// <summary>Measures the diagonal on public gradients.</summary>
    /// <param name="blocks">The model's blocks.</param>
    /// <param name="publicGradients">Batches of public units.</param>
    /// <param name="damping">λ in units of the mean second moment; &gt; 0.</param>
    /// <param name="stepsFlat">As <see cref="BlockGeometry.StepsFlat"/>.</param>
    /// <param name="exponent">p &gt; 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The damping or the exponent is not positive.</exception>
    /// <exception cref="ArgumentException">There are no public units.</exception>
    public static DiagonalGeometry Of(IReadOnlyList<ParameterBlock> blocks, IEnumerable<UnitGradients> publicGradients, double damping, bool stepsFlat = false, double exponent = 0.5)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(damping);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(exponent);
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var sums = blocks.Select(block => zeros(block.MatrixShape, device: block.Weight.device)).ToList();
        long units = 0;
        foreach (var gradients in publicGradients)
        {
            using var batch = NewDisposeScope();
            for (var i = 0; i < sums.Count; i++)
            {
                sums[i].add_(gradients.Layers[i].SumOfSquares());
            }

            units += gradients.Units;
        }

        if (units == 0)
        {
            throw new ArgumentException("Expected public units to measure the diagonal on, got none.", nameof(publicGradients));
        }

        var mean = sums.Sum(sum => sum.sum().item<float>() / units) / blocks.Sum(block => block.Count);
        var lambda = damping * Math.Max(mean, float.Epsilon);
        return new(blocks, [.. sums.Select((sum, i) => BlockWhitening.Coordinatewise(blocks[i], null, null, ((sum / units) + lambda).pow(-exponent), null))]) { StepsFlat = stepsFlat };
    }
}
