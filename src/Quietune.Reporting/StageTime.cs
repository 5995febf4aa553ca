namespace Quietune.Reporting;

/// <summary>How long one stage of a run took.</summary>
/// <param name="Stage">What was done.</param>
/// <param name="Seconds">Wall-clock time, in seconds.</param>
public sealed record StageTime(string Stage, double Seconds);
