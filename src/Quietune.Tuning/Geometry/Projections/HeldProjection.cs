using Quietune.Tuning.Models;
using static TorchSharp.torch;

namespace Quietune.Tuning.Geometry.Projections;

/// <summary>A P that is held: few directions, such as the principal ones.</summary>
/// <param name="block">The parameters.</param>
/// <param name="map">[k, groups·out·in], float32; taken over.</param>
internal sealed class HeldProjection(ParameterBlock block, Tensor map) : RowwiseProjection(block, map.shape[0])
{
    private readonly Tensor map = map.DetachFromDisposeScope();

    /// <inheritdoc/>
    public override long HeldBytes => BytesOf(map);

    /// <inheritdoc/>
    protected override Tensor Columns(long row, long count) => map.narrow(1, row * Block.Inputs, count * Block.Inputs);

    /// <inheritdoc/>
    public override void Dispose() => map.Dispose();
}
