namespace Quietune.LedgerLoad;

/// <summary>What one worker saw done.</summary>
/// <param name="ExitCode">Of its process.</param>
/// <param name="Reserved">Sequence numbers of reservations whose call returned.</param>
/// <param name="Committed">Reservations whose commit returned.</param>
/// <param name="Refused">Sequence numbers of refusals.</param>
/// <param name="Error">What it wrote to standard error.</param>
public sealed record WorkerReport(int ExitCode, IReadOnlyList<long> Reserved, IReadOnlyList<long> Committed, IReadOnlyList<long> Refused, string Error);
