namespace Quietune.Auditing.Membership;

/// <summary>What an attack finds at one threshold.</summary>
/// <param name="FalseAlarmRate">Share of non-members accused.</param>
/// <param name="HitRate">Share of members accused.</param>
public sealed record RocPoint(double FalseAlarmRate, double HitRate);
