using static TorchSharp.torch;

namespace Quietune.Tuning.Geometry.Whitened;

/// <summary>Whitened gradients S ∘ (Σ_t b_t a_tᵀ) held as their rotated sides: of one position, or of several where S is a product of one factor a side.</summary>
/// <remarks>Norms and sum are float64 functions of the same float32 sides, whose products are exact there.</remarks>
/// <param name="whitening">The block's whitening.</param>
/// <param name="outputs">b, [U, groups, T, out′].</param>
/// <param name="inputs">a, [U, groups, T, in′].</param>
internal sealed class WhitenedSides(BlockWhitening whitening, Tensor outputs, Tensor inputs) : WhitenedLayer
{
    private long Positions => outputs.shape[2];

    /// <inheritdoc/>
    public override Tensor SquaredNorms()
    {
        if (Positions == 1)
        {
            return whitening.RankOneSquaredNorms(outputs.squeeze(2), inputs.squeeze(2));
        }

        var (b, a) = whitening.ScaledSides(outputs.to_type(ScalarType.Float64), inputs.to_type(ScalarType.Float64));
        var (outGram, inGram) = (b.matmul(b.transpose(-1, -2)), a.matmul(a.transpose(-1, -2)));

        var lengths = (outGram.diagonal(0, -2, -1) * inGram.diagonal(0, -2, -1)).sqrt().flatten(1).sum(1);
        var roundings = (outputs.shape[1] * Positions * Positions) + outputs.shape[3] + inputs.shape[3] + 8;
        return (outGram * inGram).flatten(1).sum(1).clamp_min(0) + CoordinateSums.HiddenWhereTermsCancel(lengths, roundings);
    }

    /// <inheritdoc/>
    public override Tensor WeightedSum(Tensor weights)
    {
        // Zero times infinity is not zero: sides of a unit of weight 0 are replaced.
        var heavy = weights.reshape(-1, 1, 1, 1);
        var b = PerGroup(where(heavy.ne(0), outputs.to_type(ScalarType.Float64), zeros_like(heavy)) * heavy);
        var a = PerGroup(where(heavy.ne(0), inputs.to_type(ScalarType.Float64), zeros_like(heavy)));
        return whitening.Kept(whitening.Scaled(b.transpose(1, 2).matmul(a).unsqueeze(0)).flatten(1)).squeeze(0);
    }

    /// <summary>[U, groups, T, n] as [groups, U·T, n].</summary>
    private static Tensor PerGroup(Tensor x) => x.transpose(0, 1).flatten(1, 2);
}
