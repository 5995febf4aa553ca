using Quietune.Privacy.Accounting;
using Quietune.Privacy.Profiles;

namespace Quietune.Reporting;

/// <summary>What a run promised about the private data.</summary>
/// <param name="Epsilon">ε, finite and above 0.</param>
/// <param name="Delta">δ, in [0, 1); 0 for one draw of the exponential mechanism on a ball.</param>
/// <param name="Mu">μ of the Gaussian-DP guarantee, finite and above 0; for δ = 0 the smallest that ε implies.</param>
/// <param name="Adjacency">Which datasets are neighbours, in words: <c>one digit is added or removed</c>.</param>
/// <param name="PrivacyUnit">What one neighbour differs in, as a noun: <c>digit</c>, <c>patient</c>.</param>
/// <param name="NominalSize">N, the public nominal number of privacy units.</param>
public sealed record Promise(double Epsilon, double Delta, double Mu, string Adjacency, string PrivacyUnit, long NominalSize)
{
    // A purely private draw promises more than its μ says.
    private readonly PldCurve? pure = Delta == 0 ? new PldAccountant().Curve(new ExponentialMechanismEvent(Epsilon)) : null;

    /// <summary>Whether δ is 0.</summary>
    internal bool IsPure => pure is not null;

    /// <summary>How often the best attacker tells the two neighbours apart when a fair coin chose between them, rounded up.</summary>
    /// <remarks>(1 + δ(0))/2, since δ(0) is the total variation distance (Dong, Roth and Su 2022, section 2).</remarks>
    internal double GuessRate => (1 + DeltaOf(0)) / 2;

    /// <summary>The smallest δ that is promised for an ε, rounded up.</summary>
    internal double DeltaOf(double epsilon) => pure?.DeltaOf(epsilon) ?? GaussianProfile.DeltaOf(Mu, epsilon);

    /// <summary>The smallest ε that is promised for a δ, rounded up.</summary>
    internal double EpsilonOf(double delta) => pure?.EpsilonOf(delta) ?? GaussianProfile.EpsilonOf(Mu, delta);

    /// <summary>The largest share of members an attacker finds who accuses at most that share of the others, rounded up.</summary>
    internal double HitRate(double falseAlarmRate) => 1 - (pure?.TradeOff(falseAlarmRate).Lower ?? GaussianProfile.TradeOff(Mu, falseAlarmRate));
}
