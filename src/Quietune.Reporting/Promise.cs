using Quietune.Privacy.Profiles;

namespace Quietune.Reporting;

/// <summary>What a run promised about the private data.</summary>
/// <param name="Epsilon">ε, finite and above 0.</param>
/// <param name="Delta">δ, in (0, 1).</param>
/// <param name="Mu">μ of the Gaussian-DP guarantee, finite and above 0.</param>
/// <param name="Adjacency">Which datasets are neighbours, in words: <c>one digit is added or removed</c>.</param>
/// <param name="PrivacyUnit">What one neighbour differs in, as a noun: <c>digit</c>, <c>patient</c>.</param>
/// <param name="NominalSize">N, the public nominal number of privacy units.</param>
public sealed record Promise(double Epsilon, double Delta, double Mu, string Adjacency, string PrivacyUnit, long NominalSize)
{
    /// <summary>How often the best attacker tells the two neighbours apart when a fair coin chose between them, rounded up.</summary>
    /// <remarks>(1 + δ(0))/2 = Φ(μ/2), since δ(0) is the total variation distance (Dong, Roth and Su 2022, section 2).</remarks>
    internal double GuessRate => (1 + GaussianProfile.DeltaOf(Mu, 0)) / 2;

    /// <summary>The largest share of members an attacker finds who accuses at most that share of the others, rounded up.</summary>
    internal double HitRate(double falseAlarmRate) => 1 - GaussianProfile.TradeOff(Mu, falseAlarmRate);
}
