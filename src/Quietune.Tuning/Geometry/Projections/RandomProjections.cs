using Quietune.Data;
using Quietune.Tuning.Models;
using static TorchSharp.torch;

namespace Quietune.Tuning.Geometry.Projections;

/// <summary>Random subspaces of all parameters, each rebuilt from a public seed; E[PᵀP] = (k/d)·I.</summary>
/// <remarks>They read no data at all. A random k of d keeps k/d of any gradient's energy on average. Derivation: docs/derivations/projections.md.</remarks>
public static class RandomProjections
{
    // 48 MB: a dense map up to this is kept, a larger one is made again at each use.
    private const long LargestKeptMap = 12_000_000;

    /// <summary>Independent normal entries (Johnson &amp; Lindenstrauss 1984): d·k work a unit.</summary>
    /// <param name="blocks">The model's blocks.</param>
    /// <param name="dimension">k.</param>
    /// <param name="seed">A public seed.</param>
    public static SubspaceGeometry Gaussian(IReadOnlyList<ParameterBlock> blocks, long dimension, ulong seed) => Dense(blocks, dimension, seed, signs: false);

    /// <summary>Independent ±1 entries (Achlioptas 2003): d·k work a unit.</summary>
    /// <param name="blocks">The model's blocks.</param>
    /// <param name="dimension">k.</param>
    /// <param name="seed">A public seed.</param>
    public static SubspaceGeometry Rademacher(IReadOnlyList<ParameterBlock> blocks, long dimension, ulong seed) => Dense(blocks, dimension, seed, signs: true);

    /// <summary>Sparse Johnson–Lindenstrauss: each number of the gradient goes to four coordinates; linear work on factors.</summary>
    /// <param name="blocks">The model's blocks.</param>
    /// <param name="dimension">k.</param>
    /// <param name="seed">A public seed.</param>
    public static SubspaceGeometry Sparse(IReadOnlyList<ParameterBlock> blocks, long dimension, ulong seed)
    {
        var total = Total(blocks, dimension);
        return new(blocks, [.. blocks.Select((block, i) => new SketchProjection(block, dimension, total, new(seed, (ulong)i)))], dimension);
    }

    /// <summary>Subsampled randomised Hadamard: d log d work on whole gradients, o log o + i log i on factors.</summary>
    /// <param name="blocks">The model's blocks.</param>
    /// <param name="dimension">k.</param>
    /// <param name="seed">A public seed.</param>
    public static SubspaceGeometry Hadamard(IReadOnlyList<ParameterBlock> blocks, long dimension, ulong seed)
    {
        var total = Total(blocks, dimension);
        return new(blocks, [.. blocks.Select((block, i) => new HadamardProjection(block, dimension, total, new(seed, (ulong)i)))], dimension);
    }

    /// <summary>Kronecker projection of factors: random orthonormal columns on both sides of each block; T·(o·k₁ + i·k₂ + k₁k₂) work a unit.</summary>
    /// <remarks>Each block keeps out′·in′ coordinates, out′ and in′ cut at one size for all blocks: the largest with no more than k coordinates in all.</remarks>
    /// <param name="blocks">The model's blocks.</param>
    /// <param name="dimension">The most coordinates that may be kept.</param>
    /// <param name="seed">A public seed.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are more matrices than coordinates.</exception>
    public static SubspaceGeometry Kronecker(IReadOnlyList<ParameterBlock> blocks, long dimension, ulong seed)
    {
        var smallest = blocks.Sum(block => block.Groups);
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, smallest);
        long side = 1;
        while (Kept(side + 1) <= dimension && Kept(side + 1) > Kept(side))
        {
            side++;
        }

        var parts = new List<BlockProjection>();
        long offset = 0;
        foreach (var (block, i) in blocks.Select((block, i) => (block, i)))
        {
            using var scope = NewDisposeScope();
            var rotation = BlockWhitening.Rotation(
                block, Side(block, block.Outputs, side, seed, (ulong)(2 * i)), Side(block, block.Inputs, side, seed, (ulong)((2 * i) + 1)));
            parts.Add(new RotationProjection(block, offset, rotation));
            offset += rotation.Dimension;
        }

        return new(blocks, parts, offset);

        long Kept(long size) => blocks.Sum(block => block.Groups * Math.Min(size, block.Outputs) * Math.Min(size, block.Inputs));
    }

    /// <summary>Orthonormal columns [groups, size, side], or null where the side is kept whole.</summary>
    internal static Tensor? Side(ParameterBlock block, long size, long side, ulong seed, ulong stream)
    {
        if (size <= side)
        {
            return null;
        }

        var entries = new float[block.Groups * size * side];
        CounterGenerator.FillNormal(seed + (stream * 0x9E3779B97F4A7C15), 0, entries, 1);
        var (columns, _) = linalg.qr(tensor(entries, [block.Groups, size, side]));
        return columns.contiguous().to(block.Weight.device);
    }

    private static SubspaceGeometry Dense(IReadOnlyList<ParameterBlock> blocks, long dimension, ulong seed, bool signs)
    {
        var total = Total(blocks, dimension);
        var scale = 1 / Math.Sqrt(total);
        var keep = total * dimension <= LargestKeptMap;
        var seeds = new SeededGenerator(seed);
        return new(blocks, [.. blocks.Select(block => new GeneratedProjection(block, dimension, scale, signs, seeds.Next(), keep))], dimension);
    }

    private static long Total(IReadOnlyList<ParameterBlock> blocks, long dimension)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        var total = blocks.Sum(block => block.Count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(dimension, total);
        return total;
    }
}
