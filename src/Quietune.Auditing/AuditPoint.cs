namespace Quietune.Auditing;

/// <summary>How well one attack guessed: a point that the promised trade-off curve must not lie below.</summary>
/// <param name="Name">What was tried.</param>
/// <param name="FalseAlarmRate">Share of worlds without the canary in which it was accused, in [0, 1].</param>
/// <param name="HitRate">Share of worlds with it in which it was, in [0, 1].</param>
/// <param name="Without">How many guesses were made without the canary.</param>
/// <param name="With">How many with it.</param>
/// <param name="EpsilonLowerBound">What these guesses alone prove of ε, at the audit's confidence.</param>
public sealed record AuditPoint(string Name, double FalseAlarmRate, double HitRate, long Without, long With, double EpsilonLowerBound);
