using Quietune.Auditing.Claims;

namespace Quietune.Auditing.TwoWorlds;

/// <summary>What an audit in two worlds found.</summary>
/// <param name="Claim">What was promised.</param>
/// <param name="Confidence">With which the lower bounds hold.</param>
/// <param name="Draws">Runs of the mechanism.</param>
/// <param name="Guesses">Coins that were guessed: one for each canary and run.</param>
/// <param name="Accuracy">Share of right guesses.</param>
/// <param name="AccuracyLowerBound">What can be said of it.</param>
/// <param name="EpsilonLowerBound">ε at δ, for a mechanism of the claimed kind.</param>
/// <param name="EpsilonLowerBoundOfAny">ε at δ that holds for any mechanism.</param>
/// <param name="Points">All canaries together, then each kind.</param>
public sealed record TwoWorldsResult(
    PrivacyClaim Claim,
    double Confidence,
    int Draws,
    long Guesses,
    double Accuracy,
    double AccuracyLowerBound,
    double EpsilonLowerBound,
    double EpsilonLowerBoundOfAny,
    IReadOnlyList<AuditPoint> Points)
{
    /// <summary>Whether the promise is refuted: more guesses were right than it allows.</summary>
    public bool IsRefuted => AccuracyLowerBound > Claim.LargestAccuracy;

    /// <summary>The lower bound as μ of Gaussian differential privacy.</summary>
    public double MuLowerBound => GaussianClaim.MuOf(AccuracyLowerBound);
}
