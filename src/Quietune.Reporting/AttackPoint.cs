namespace Quietune.Reporting;

/// <summary>How well an attack that was tried did.</summary>
/// <param name="Name">What was tried.</param>
/// <param name="FalseAlarmRate">Share of non-members it accused, in [0, 1].</param>
/// <param name="HitRate">Share of members it accused, in [0, 1].</param>
public sealed record AttackPoint(string Name, double FalseAlarmRate, double HitRate);
