using Quietune.Tuning.Geometry;
using Quietune.Tuning.Geometry.Whitened;
using Quietune.Tuning.Models;
using static TorchSharp.torch;

namespace Quietune.Tuning.Gradients;

/// <summary>Gradients kept whole: right for every layer, and the cheaper form where positions are many and the matrix is small.</summary>
/// <param name="block">The parameters.</param>
/// <param name="gradients">[U, groups, out, in], float32.</param>
public sealed class ExplicitFactors(ParameterBlock block, Tensor gradients) : LayerFactors(block)
{
    /// <summary>[U, groups, out, in].</summary>
    public Tensor Gradients { get; } = gradients;

    /// <inheritdoc/>
    public override long Units => Gradients.shape[0];

    /// <inheritdoc/>
    internal override IEnumerable<Tensor> Tensors => [Gradients];

    /// <inheritdoc/>
    public override Tensor SquaredNorms(BlockWhitening whitening) => whitening.Scaled(whitening.Rotated(Gradients)).flatten(1).square().sum(1);

    /// <inheritdoc/>
    public override Tensor WeightedSum(Tensor weights) => weights.unsqueeze(0).mm(Gradients.flatten(1)).reshape(Block.MatrixShape);

    /// <inheritdoc/>
    /// <remarks>Σ GᵀG and Σ GGᵀ: the Kronecker factors of the gradients' own second moment (Gupta, Koren &amp; Singer 2018, section 3).</remarks>
    public override (Tensor In, Tensor Out) SideMoments()
    {
        var g = Gradients.transpose(0, 1);                                             // [groups, U, out, in]
        var rows = g.reshape(Block.Groups, -1, Block.Inputs);                          // [groups, U·out, in]
        var columns = g.transpose(-1, -2).reshape(Block.Groups, -1, Block.Outputs);    // [groups, U·in, out]
        return (rows.transpose(1, 2).matmul(rows), columns.transpose(1, 2).matmul(columns));
    }

    /// <inheritdoc/>
    public override ExplicitFactors ToExplicit() => this;

    /// <inheritdoc/>
    internal override Tensor Coordinates(BlockWhitening whitening) => whitening.Kept(whitening.Scaled(whitening.Rotated(Gradients)).flatten(1));

    /// <inheritdoc/>
    internal override LayerFactors Slice(long start, long count) => new ExplicitFactors(Block, Gradients.narrow(0, start, count));

    /// <inheritdoc/>
    internal override WhitenedLayer Whitened(BlockWhitening whitening)
    {
        using var scope = NewDisposeScope();
        return new HeldCoordinates(whitening, whitening.Scaled(whitening.Rotated(Gradients)).flatten(1).MoveToOuterDisposeScope());
    }

    /// <inheritdoc/>
    internal override Tensor Dots(Tensor matrix) => Gradients.flatten(1).mv(matrix.flatten());

    /// <inheritdoc/>
    internal override Tensor Rows(long group, long start, long count) => Gradients.select(1, group).narrow(1, start, count);

    /// <inheritdoc/>
    internal override Tensor LastColumn() => Gradients.select(-1, Block.Inputs - 1);

    /// <inheritdoc/>
    internal override Tensor SumOfSquares() => Gradients.square().sum([0]);

    /// <inheritdoc/>
    public override LayerFactors Grouped(Tensor units, long unitCount) =>
        new ExplicitFactors(Block, zeros([unitCount, .. Block.MatrixShape], dtype: Gradients.dtype, device: Gradients.device).index_add(0, units, Gradients, 1));
}
