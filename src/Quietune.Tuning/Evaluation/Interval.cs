namespace Quietune.Tuning.Evaluation;

/// <summary>A measured value with an interval.</summary>
/// <param name="Value">The value.</param>
/// <param name="Low">The lower end.</param>
/// <param name="High">The upper end.</param>
public sealed record Interval(double Value, double Low, double High);
