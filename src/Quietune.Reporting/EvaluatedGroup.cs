namespace Quietune.Reporting;

/// <summary>How a model does on a part of the rows.</summary>
/// <param name="Name">Column and value: <c>sex = f</c>.</param>
/// <param name="Rows">How many there are.</param>
/// <param name="Measures">What was measured on them.</param>
public sealed record EvaluatedGroup(string Name, long Rows, IReadOnlyList<MeasuredValue> Measures);
