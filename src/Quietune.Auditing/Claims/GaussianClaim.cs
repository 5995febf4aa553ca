using MathNet.Numerics.Distributions;
using Quietune.Privacy.Profiles;

namespace Quietune.Auditing.Claims;

/// <summary>A promise of μ-Gaussian differential privacy.</summary>
/// <remarks>A fair coin between N(0, 1) and N(μ, 1) is guessed right with probability Φ(μ/2) at best (Dong, Roth &amp; Su 2022, section 2).</remarks>
/// <param name="Mu">μ.</param>
/// <param name="Delta">δ at which it is told.</param>
public sealed record GaussianClaim(double Mu, double Delta) : PrivacyClaim(GaussianProfile.EpsilonOf(Mu, Delta), Delta)
{
    /// <inheritdoc/>
    public override double LargestAccuracy => Normal.CDF(0, 1, Mu / 2);

    /// <inheritdoc/>
    public override double LargestHitRate(double falseAlarmRate) => 1 - GaussianProfile.TradeOff(Mu, falseAlarmRate);

    /// <summary>The μ at which a fair coin is guessed right that often: 2Φ⁻¹(a).</summary>
    /// <param name="accuracy">A lower bound on the share of right guesses.</param>
    public static double MuOf(double accuracy) => accuracy >= 1 ? double.PositiveInfinity : Math.Max(0, 2 * Normal.InvCDF(0, 1, accuracy));

    /// <inheritdoc/>
    public override double EpsilonOf(double accuracy) => MuOf(accuracy) switch
    {
        0 => 0,
        double.PositiveInfinity => double.PositiveInfinity,
        var mu => GaussianProfile.EpsilonOf(mu, Delta),
    };
}
