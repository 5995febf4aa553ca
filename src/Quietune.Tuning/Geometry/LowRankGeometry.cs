using Quietune.Tuning.Geometry.Projections;
using Quietune.Tuning.Models;
using static TorchSharp.torch;

namespace Quietune.Tuning.Geometry;

/// <summary>Low-rank adapters as a geometry: W₀ + B·A with A random and public, B = 0 at the start and trained.</summary>
/// <remarks>
/// The gradient with respect to B is G·Aᵀ, a linear map of the block's gradient, whatever B is; moving B by S moves the weight by S·A. So training
/// B under a fixed A is the geometry W g = G·Aᵀ and no adapter need be added to the model. Rows of A are orthonormal, which fixes the scale α/r that
/// clipping makes irrelevant. At B = 0 the gradient with respect to A is zero; a method that also trains A differs from the second round on.
/// Source: Hu et al. 2022 (LoRA); Zhang et al. 2023 (LoRA-FA, A fixed); Yu et al. 2022 (differentially private fine-tuning with LoRA).
/// </remarks>
/// <param name="blocks">The model's blocks. A block with one input, such as a bias or a normalisation, keeps its own axes.</param>
/// <param name="rank">r ≥ 1.</param>
/// <param name="seed">The public seed of A.</param>
public sealed class LowRankGeometry(IReadOnlyList<ParameterBlock> blocks, long rank, ulong seed)
    : BlockGeometry(blocks, [.. blocks.Select((block, i) => Adapter(block, rank, seed, (ulong)i))])
{
    private static BlockWhitening Adapter(ParameterBlock block, long rank, ulong seed, ulong stream)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rank, 1);
        using var scope = NewDisposeScope();
        return BlockWhitening.Rotation(block, null, RandomProjections.Side(block, block.Inputs, rank, seed, stream));
    }
}
