namespace Quietune.Reporting;

/// <summary>How a model does on rows declared public.</summary>
/// <param name="Model">Which model: <c>before tuning</c>.</param>
/// <param name="Data">What the rows are called.</param>
/// <param name="Rows">How many there are.</param>
/// <param name="Measures">What was measured on all of them.</param>
/// <param name="Groups">The same in parts of the rows; empty where none were named.</param>
public sealed record EvaluationStory(string Model, string Data, long Rows, IReadOnlyList<MeasuredValue> Measures, IReadOnlyList<EvaluatedGroup> Groups);
