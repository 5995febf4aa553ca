using Quietune.Reporting;

namespace Quietune.Cli.Jobs;

/// <summary>What <c>quietune evaluate --json</c> tells a report, as its member <c>evaluation</c>.</summary>
/// <param name="ModelSha256">SHA-256 of the model's file.</param>
/// <param name="Data">What the rows are called.</param>
/// <param name="Rows">How many there are.</param>
/// <param name="Measures">What was measured on all of them.</param>
/// <param name="Groups">The same in parts of the rows.</param>
internal sealed record EvaluationRecord(string ModelSha256, string Data, long Rows, IReadOnlyList<MeasuredValue> Measures, IReadOnlyList<EvaluatedGroup> Groups);
