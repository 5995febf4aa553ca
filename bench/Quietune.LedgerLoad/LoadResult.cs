namespace Quietune.LedgerLoad;

/// <summary>What a ledger holds after a load, beside what the processes were told.</summary>
/// <param name="Reserved">Reservations in the ledger.</param>
/// <param name="Committed">Commits in the ledger.</param>
/// <param name="Refused">Refusals in the ledger.</param>
/// <param name="Lost">Steps that a process was told were done, and that the ledger does not hold.</param>
/// <param name="Doubled">Reservations that two processes were given.</param>
/// <param name="Open">Reservations neither committed nor settled.</param>
/// <param name="EpsilonSpent">The ledger's odometer.</param>
/// <param name="EpsilonInAll">ε of every reservation in the ledger, summed up apart from the ledger.</param>
/// <param name="Faults">What a check of the whole ledger found.</param>
/// <param name="Errors">What the processes wrote to standard error, other than those that were killed.</param>
/// <param name="Elapsed">How long it took.</param>
public sealed record LoadResult(
    int Reserved, int Committed, int Refused, int Lost, int Doubled, int Open, double EpsilonSpent, double EpsilonInAll, IReadOnlyList<string> Faults, IReadOnlyList<string> Errors, TimeSpan Elapsed);
