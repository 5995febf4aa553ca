namespace Quietune.Auditing.Exposure;

/// <summary>How high a model ranks a secret among all that could have been inserted in its place.</summary>
/// <remarks>
/// Exposure = log₂(candidates) − log₂(rank): 0 for the last, log₂(candidates) for the first; about 1.44 on average for a secret that the model has never seen.
/// Source: Carlini, Liu, Erlingsson, Kos &amp; Song 2019 (The secret sharer), section 4.
/// </remarks>
/// <param name="Rank">From 1; candidates that tie with the secret count as ranked above it by half.</param>
/// <param name="Candidates">How many there are, the secret among them.</param>
public sealed record ExposureRank(double Rank, long Candidates)
{
    /// <summary>In bits.</summary>
    public double Exposure => Math.Log2(Candidates) - Math.Log2(Rank);

    /// <summary>The most that it can be.</summary>
    public double LargestExposure => Math.Log2(Candidates);

    /// <summary>Ranks a secret by losses.</summary>
    /// <param name="losses">The loss of each candidate.</param>
    /// <param name="secret">Which one was inserted.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such candidate.</exception>
    public static ExposureRank Of(IReadOnlyList<double> losses, int secret)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(secret);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(secret, losses.Count);
        var mine = losses[secret];
        return new(1 + losses.Count(loss => loss < mine) + ((losses.Count(loss => loss == mine) - 1) / 2.0), losses.Count);
    }

    /// <summary>The largest probability of so much exposure that (ε, δ) allows a secret drawn at random and held by one privacy unit: e^ε·2^−x + δ.</summary>
    /// <remarks>Without the unit the secret's rank is uniform, so that it is among the first share 2^−x with that probability.</remarks>
    /// <param name="exposure">x, in bits, at least 0.</param>
    /// <param name="epsilon">ε.</param>
    /// <param name="delta">δ.</param>
    public static double LargestProbability(double exposure, double epsilon, double delta) => Math.Min(1, (Math.Exp(epsilon) * Math.Pow(2, -exposure)) + delta);
}
