using Quietune.Tuning.Gradients;
using Quietune.Tuning.Models;
using static TorchSharp.torch;

namespace Quietune.Tuning.Geometry.Projections;

/// <summary>The subspace of the strongest principal directions of public per-example gradients (Gur-Ari, Roberts &amp; Dyer 2018; Yu et al. 2021, GEP).</summary>
public static class PrincipalDirections
{
    /// <summary>The most numbers that the directions may take, 1 GB.</summary>
    public const long LargestMap = 1L << 28;

    /// <summary>Finds the directions by the Gram matrix of the gradients, which need not be held whole.</summary>
    /// <param name="blocks">The model's blocks.</param>
    /// <param name="publicGradients">n public units.</param>
    /// <param name="dimension">k; at most n, and cut to the gradients' numerical rank.</param>
    /// <exception cref="ArgumentException">There are fewer public units than directions, or the directions would not fit in memory.</exception>
    public static SubspaceGeometry Of(IReadOnlyList<ParameterBlock> blocks, UnitGradients publicGradients, long dimension)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        if (publicGradients.Units < dimension || dimension * blocks.Sum(block => block.Count) > LargestMap)
        {
            throw new ArgumentException(
                $"Expected at most {publicGradients.Units} directions, the number of public units, and at most {LargestMap} numbers in them; got {dimension} directions of {blocks.Sum(block => block.Count)}.",
                nameof(dimension));
        }

        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var gram = zeros([publicGradients.Units, publicGradients.Units], dtype: ScalarType.Float64);
        foreach (var layer in publicGradients.Layers)
        {
            foreach (var (_, rows) in Slices(layer))
            {
                using var slice = NewDisposeScope();
                gram.add_(rows.mm(rows.transpose(0, 1)).to_type(ScalarType.Float64));
            }
        }

        var (values, vectors) = linalg.eigh(gram);
        values = values.flip(0).narrow(0, 0, dimension);
        vectors = vectors.flip(1).narrow(1, 0, dimension);

        // Below single precision of the largest, a direction is made of rounding errors and is not of length one.
        var kept = (values > values[0] * 1e-6).sum().item<long>();
        if (kept == 0)
        {
            throw new ArgumentException("Expected public gradients that are not zero.", nameof(publicGradients));
        }

        var coefficients = (vectors.narrow(1, 0, kept) * values.narrow(0, 0, kept).rsqrt()).transpose(0, 1).to_type(ScalarType.Float32);
        var parts = new List<BlockProjection>();
        foreach (var layer in publicGradients.Layers)
        {
            using var slices = NewDisposeScope();
            var map = empty([kept, layer.Block.Count]);
            foreach (var (first, rows) in Slices(layer))
            {
                using var slice = NewDisposeScope();
                map.narrow(1, first, rows.shape[1]).copy_(coefficients.mm(rows));
            }

            parts.Add(new HeldProjection(layer.Block, map));
        }

        return new(blocks, parts, kept);
    }

    /// <summary>The gradients of a block a few rows at a time: where they begin in the block, and the numbers [U, count·in].</summary>
    private static IEnumerable<(long First, Tensor Rows)> Slices(LayerFactors layer)
    {
        var block = layer.Block;
        var step = Math.Clamp(LayerFactors.NumbersAtOnce / (layer.Units * block.Inputs), 1, block.Outputs);
        for (long group = 0; group < block.Groups; group++)
        {
            for (long start = 0; start < block.Outputs; start += step)
            {
                var count = Math.Min(step, block.Outputs - start);
                var rows = layer.Rows(group, start, count).reshape(layer.Units, -1);
                yield return (((group * block.Outputs) + start) * block.Inputs, rows);
            }
        }
    }
}
