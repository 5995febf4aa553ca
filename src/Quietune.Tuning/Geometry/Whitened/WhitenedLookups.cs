using static TorchSharp.torch;

namespace Quietune.Tuning.Geometry.Whitened;

/// <summary>Whitened gradients of an embedding whose in side is not rotated: one vector a position, in the column that the position looked up.</summary>
/// <param name="whitening">The block's whitening.</param>
/// <param name="indices">The row looked up at each position, [U, T], int64.</param>
/// <param name="outputs">b, rotated and scaled, [U, T, out′].</param>
/// <param name="columns">How many rows the embedding has.</param>
internal sealed class WhitenedLookups(BlockWhitening whitening, Tensor indices, Tensor outputs, long columns) : WhitenedLayer
{
    /// <inheritdoc/>
    /// <remarks>Positions that look up the same row add before the norm; what rounding may hide where they cancel is added.</remarks>
    public override Tensor SquaredNorms()
    {
        var b = outputs.to_type(ScalarType.Float64);
        var gram = b.matmul(b.transpose(-1, -2));
        var same = indices.unsqueeze(2).eq(indices.unsqueeze(1)).to_type(ScalarType.Float64);
        var lengths = gram.diagonal(0, -2, -1).sqrt().sum(1);
        var roundings = (outputs.shape[1] * outputs.shape[1]) + outputs.shape[2] + 8;
        return (gram * same).flatten(1).sum(1).clamp_min(0) + CoordinateSums.HiddenWhereTermsCancel(lengths, roundings);
    }

    /// <inheritdoc/>
    public override Tensor WeightedSum(Tensor weights)
    {
        var heavy = weights.reshape(-1, 1, 1);
        var b = where(heavy.ne(0), outputs.to_type(ScalarType.Float64), zeros_like(heavy)) * heavy;
        var sum = zeros([columns, outputs.shape[2]], dtype: ScalarType.Float64, device: outputs.device).index_add_(0, indices.flatten(), b.flatten(0, 1), 1);
        return whitening.Kept(sum.transpose(0, 1).reshape(1, -1)).squeeze(0);
    }
}
