namespace Quietune.Reporting;

/// <summary>What one audit of a method found.</summary>
/// <param name="Attack">How it attacked.</param>
/// <param name="Method">The method on trial.</param>
/// <param name="Epsilon">ε as promised there.</param>
/// <param name="Delta">δ of it.</param>
/// <param name="EpsilonProven">The ε below which no promise can hold, at the audit's confidence, for a mechanism of the claimed kind.</param>
/// <param name="EpsilonProvenOfAny">The same for any mechanism.</param>
/// <param name="Accuracy">Share of right guesses.</param>
/// <param name="LargestAccuracy">The most that the promise allows.</param>
/// <param name="Guesses">Guesses that count.</param>
/// <param name="Confidence">Of the lower bound.</param>
/// <param name="IsRefuted">Whether the promise is refuted.</param>
/// <param name="IsOfThisPromise">Whether method, ε and δ are this run's, so that the points belong on its curve.</param>
/// <param name="Points">The attacks as points of the trade-off curve.</param>
public sealed record AuditStory(
    string Attack,
    string Method,
    double Epsilon,
    double Delta,
    double EpsilonProven,
    double EpsilonProvenOfAny,
    double Accuracy,
    double LargestAccuracy,
    long Guesses,
    double Confidence,
    bool IsRefuted,
    bool IsOfThisPromise,
    IReadOnlyList<AttackPoint> Points);
