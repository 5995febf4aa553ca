namespace Quietune.Reporting;

/// <summary>A measured value with its interval.</summary>
/// <param name="Name">What was measured.</param>
/// <param name="Value">The value.</param>
/// <param name="Low">Lower end of the 95 % interval over rows; null where there is none.</param>
/// <param name="High">Its upper end.</param>
public sealed record MeasuredValue(string Name, double Value, double? Low = null, double? High = null);
