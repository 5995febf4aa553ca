using Quietune.Auditing.Claims;

namespace Quietune.Auditing.OneRun;

/// <summary>What an audit of one run found.</summary>
/// <param name="Claim">What was promised.</param>
/// <param name="Confidence">With which the lower bound holds.</param>
/// <param name="Canaries">m.</param>
/// <param name="Guesses">r, how many were guessed; of the others nothing was said.</param>
/// <param name="Right">v, how many of these guesses were right.</param>
/// <param name="EpsilonLowerBound">ε at δ that they prove of any mechanism.</param>
/// <param name="Points">All canaries, told apart at even odds; and those that were guessed.</param>
public sealed record OneRunResult(PrivacyClaim Claim, double Confidence, int Canaries, int Guesses, int Right, double EpsilonLowerBound, IReadOnlyList<AuditPoint> Points)
{
    /// <summary>Whether the promise is refuted.</summary>
    public bool IsRefuted => EpsilonLowerBound > Claim.Epsilon;
}
