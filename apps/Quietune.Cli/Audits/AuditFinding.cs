using Quietune.Auditing;

namespace Quietune.Cli.Audits;

/// <summary>What one audit of one promise found.</summary>
/// <param name="Attack">How it attacked.</param>
/// <param name="Method">The method on trial.</param>
/// <param name="Epsilon">ε as promised.</param>
/// <param name="Delta">δ of it.</param>
/// <param name="Mu">μ of the whole run; of sampled rounds, what (ε, δ) would allow a normal mechanism.</param>
/// <param name="Rounds">Releases in a run.</param>
/// <param name="Draws">Runs.</param>
/// <param name="Canaries">Canaries in each.</param>
/// <param name="Guesses">Guesses that count.</param>
/// <param name="Accuracy">Share of right guesses.</param>
/// <param name="LargestAccuracy">The most that the promise allows.</param>
/// <param name="EpsilonLowerBound">What the guesses prove of ε, for a mechanism of the claimed kind.</param>
/// <param name="EpsilonLowerBoundOfAny">What they prove of any mechanism.</param>
/// <param name="MuLowerBound">What they prove of μ; null where the bound is not of normal mechanisms.</param>
/// <param name="Confidence">With which.</param>
/// <param name="IsRefuted">Whether the promise is refuted.</param>
/// <param name="Seconds">How long it took, without pretraining.</param>
/// <param name="Points">The attacks as points of the trade-off curve.</param>
internal sealed record AuditFinding(
    string Attack,
    string Method,
    double Epsilon,
    double Delta,
    double Mu,
    int Rounds,
    int Draws,
    int Canaries,
    long Guesses,
    double Accuracy,
    double LargestAccuracy,
    double EpsilonLowerBound,
    double EpsilonLowerBoundOfAny,
    double? MuLowerBound,
    double Confidence,
    bool IsRefuted,
    double Seconds,
    IReadOnlyList<AuditPoint> Points);
