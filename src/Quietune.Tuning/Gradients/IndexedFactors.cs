using Quietune.Tuning.Geometry;
using Quietune.Tuning.Geometry.Whitened;
using Quietune.Tuning.Models;
using static TorchSharp.torch;

namespace Quietune.Tuning.Gradients;

/// <summary>Gradients of an embedding: a linear layer over one-hot rows that are never formed.</summary>
/// <param name="block">The parameters; out = embedding width, in = vocabulary.</param>
/// <param name="indices">The row looked up at each position, [U, T], int64.</param>
/// <param name="outputGradients">b, [U, T, out].</param>
public sealed class IndexedFactors(ParameterBlock block, Tensor indices, Tensor outputGradients) : LayerFactors(block)
{
    /// <inheritdoc/>
    public override long Units => indices.shape[0];

    /// <inheritdoc/>
    internal override IEnumerable<Tensor> Tensors => [indices, outputGradients];

    /// <inheritdoc/>
    /// <remarks>Positions that look up the same row add before the norm: ‖G‖² = Σ_{t,s: i_t = i_s} ⟨b_t, b_s⟩.</remarks>
    public override Tensor SquaredNorms(BlockWhitening whitening)
    {
        if (whitening.RotatesIn)
        {
            return ToExplicit().SquaredNorms(whitening);
        }

        // In float64: positions that cancel would leave a difference of large numbers, and a unit that looks shorter than it is.
        var b = whitening.ScaledAt(indices, whitening.RotatedOut(outputGradients.unsqueeze(1)).squeeze(1)).to_type(ScalarType.Float64);
        var same = indices.unsqueeze(2).eq(indices.unsqueeze(1)).to_type(ScalarType.Float64);
        return (b.matmul(b.transpose(-1, -2)) * same).flatten(1).sum(1).to_type(outputGradients.dtype);
    }

    /// <inheritdoc/>
    public override Tensor WeightedSum(Tensor weights)
    {
        var b = (outputGradients * weights.reshape(-1, 1, 1)).flatten(0, 1);
        return zeros([Block.Inputs, Block.Outputs], dtype: b.dtype, device: b.device)
            .index_add(0, indices.flatten(), b, 1).transpose(0, 1).unsqueeze(0);
    }

    /// <inheritdoc/>
    public override (Tensor In, Tensor Out) SideMoments()
    {
        var b = outputGradients.flatten(0, 1);
        var counts = indices.flatten().bincount(null, Block.Inputs).to_type(b.dtype);
        return (counts.unsqueeze(0), b.transpose(0, 1).mm(b).unsqueeze(0));
    }

    /// <inheritdoc/>
    public override ExplicitFactors ToExplicit()
    {
        var rows = zeros([Units, Block.Inputs, Block.Outputs], dtype: outputGradients.dtype, device: outputGradients.device)
            .scatter_add(1, indices.unsqueeze(-1).expand(-1, -1, Block.Outputs), outputGradients);
        return new(Block, rows.transpose(1, 2).unsqueeze(1));
    }

    /// <inheritdoc/>
    internal override WhitenedLayer Whitened(BlockWhitening whitening)
    {
        if (whitening.RotatesIn)
        {
            return base.Whitened(whitening);
        }

        using var scope = NewDisposeScope();
        var b = whitening.ScaledAt(indices, whitening.RotatedOut(outputGradients.unsqueeze(1)).squeeze(1));
        return new WhitenedLookups(whitening, indices, b.MoveToOuterDisposeScope(), Block.Inputs);
    }

    /// <inheritdoc/>
    internal override LayerFactors Slice(long start, long count) => new IndexedFactors(Block, indices.narrow(0, start, count), outputGradients.narrow(0, start, count));

    /// <inheritdoc/>
    internal override Tensor Dots(Tensor matrix)
    {
        // The column of M that each position looks up, [U, T, out].
        var columns = matrix[0].transpose(0, 1).index_select(0, indices.flatten()).reshape(outputGradients.shape);
        return (outputGradients * columns).sum([1, 2]);
    }

    /// <inheritdoc/>
    internal override Tensor Rows(long group, long start, long count) =>
        zeros([Units, Block.Inputs, count], dtype: outputGradients.dtype, device: outputGradients.device)
            .scatter_add(1, indices.unsqueeze(-1).expand(-1, -1, count), outputGradients.narrow(-1, start, count)).transpose(1, 2);

    /// <inheritdoc/>
    public override LayerFactors Plus(LayerFactors other) => other is IndexedFactors more
        ? new IndexedFactors(Block, cat([indices, more.Indices], 1), cat([outputGradients, more.OutputGradients], 1))
        : base.Plus(other);

    private Tensor Indices => indices;

    private Tensor OutputGradients => outputGradients;
}
