using static TorchSharp.torch;

namespace Quietune.Tuning.Geometry;

/// <summary>Whitening by a Kronecker eigenbasis, whole or cut to its strongest coordinates.</summary>
/// <remarks>
/// W = (Λ + λI)^{−1/2} Uᵀ with U the Kronecker eigenbasis, so A = U(Λ + λI)Uᵀ on the kept coordinates; λ = damping × the mean curvature:
/// the exact inverse root of B ⊗ A + λI, of which π-damping is an approximation (docs/derivations/curvature.md, "Damping").
/// A truncated geometry releases only the k coordinates of largest public curvature (docs/derivations/mechanism.md, "Truncation"), where early layers may
/// count for more: what is new in the inputs is met there (Lee et al. 2023, Surgical fine-tuning improves adaptation to distribution shifts).
/// </remarks>
public sealed class KroneckerGeometry : BlockGeometry
{
    private KroneckerGeometry(KroneckerCurvature curvature, IReadOnlyList<BlockWhitening?> whitenings)
        : base([.. curvature.Blocks.Select(block => block.Block)], whitenings)
    {
    }

    /// <summary>Makes the geometry; it keeps nothing of the curvature, which stays the caller's.</summary>
    /// <param name="curvature">Public curvature.</param>
    /// <param name="damping">λ in units of the mean curvature per coordinate; &gt; 0.</param>
    /// <param name="dimension">How many coordinates to keep, or null for all; those that tie with the last one kept are kept too.</param>
    /// <param name="stepsFlat">As <see cref="BlockGeometry.StepsFlat"/>.</param>
    /// <param name="earlyWeight">ω &gt; 0, the factor on the curvature of the first block against that of the last, in even ratios between, when coordinates are ranked; it changes which are kept, not how they are whitened.</param>
    /// <exception cref="ArgumentOutOfRangeException">The damping, the dimension or the weight is not positive.</exception>
    public static KroneckerGeometry Of(KroneckerCurvature curvature, double damping, long? dimension = null, bool stepsFlat = false, double earlyWeight = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(damping);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(earlyWeight);
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension ?? 1, 1);
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var lambda = damping * curvature.Trace / curvature.Dimension;
        var count = curvature.Blocks.Count;
        var weights = Weights(count, earlyWeight);
        var cut = dimension < curvature.Dimension ? Threshold(curvature, weights, dimension.Value) : float.NegativeInfinity;
        return new(curvature, [.. curvature.Blocks.Select((block, i) => Whitening(block, lambda, weights[i], cut))]) { StepsFlat = stepsFlat };
    }

    /// <summary>The places of the coordinates that rank highest, int64 [count or fewer], in the current dispose scope.</summary>
    /// <param name="count">How many.</param>
    /// <param name="earlyWeight">ω, as in <see cref="Of"/>.</param>
    internal Tensor Strongest(long count, double earlyWeight)
    {
        using var scope = NewDisposeScope();
        var weights = Weights(Whitenings.Count, earlyWeight);
        var ranks = cat([.. Whitenings.Index().Where(pair => pair.Item is not null).Select(pair => pair.Item!.Curvatures() * weights[pair.Index])]);
        return ranks.topk((int)Math.Min(count, ranks.shape[0]), 0, largest: true, sorted: true).indexes.MoveToOuterDisposeScope();
    }

    private static float[] Weights(int count, double earlyWeight) => [.. Enumerable.Range(0, count).Select(i => (float)Math.Pow(earlyWeight, count == 1 ? 0 : 1 - (i / (count - 1.0))))];

    private static float Threshold(KroneckerCurvature curvature, float[] weights, long dimension) =>
        cat([.. curvature.Blocks.Select((block, i) => block.Eigenvalues.flatten() * weights[i])]).topk((int)dimension, 0, largest: true, sorted: true).values[-1].item<float>();

    private static BlockWhitening? Whitening(BlockCurvature block, double lambda, float weight, float cut)
    {
        using var scope = NewDisposeScope();
        var (outBasis, inBasis, eigenvalues) = (block.OutBasis, block.InBasis, block.Eigenvalues);
        Tensor? selected = null;
        var kept = (eigenvalues * weight).ge(cut);
        if (!float.IsNegativeInfinity(cut))
        {
            if (!kept.any().item<bool>())
            {
                return null;
            }

            // Columns of a basis that no kept coordinate uses need not be computed.
            (outBasis, var rows) = Used(outBasis, kept.any(-1));
            (inBasis, var columns) = Used(inBasis, kept.any(-2));
            kept = kept.index_select(1, rows).index_select(2, columns);
            eigenvalues = eigenvalues.index_select(1, rows).index_select(2, columns);
            if (!kept.all().item<bool>())
            {
                selected = kept.flatten().nonzero().squeeze(1);
            }
        }

        var scale = (eigenvalues + lambda).rsqrt() * kept.to_type(ScalarType.Float32);
        return BlockWhitening.Coordinatewise(block.Block, outBasis?.clone(), inBasis?.clone(), scale, selected);
    }

    private static (Tensor? Basis, Tensor Used) Used(Tensor? basis, Tensor used)
    {
        // Without a rotation the axis keeps all its places: the input is not rotated, so it cannot be cut either.
        var any = used.any(0);
        var positions = basis is null ? arange(used.shape[1]) : any.nonzero().squeeze(1);
        return (basis?.index_select(2, positions), positions);
    }
}
