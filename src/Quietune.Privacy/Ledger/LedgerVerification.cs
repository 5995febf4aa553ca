namespace Quietune.Privacy.Ledger;

/// <summary>What a check of a whole ledger found.</summary>
/// <param name="Head">The last entry's position; keep it elsewhere, for a cut-off tail shows only against a position that was kept.</param>
/// <param name="Faults">One sentence for each fault, in the ledger's order; none when the ledger is intact.</param>
public sealed record LedgerVerification(LedgerPosition Head, IReadOnlyList<string> Faults)
{
    /// <summary>Whether no fault was found.</summary>
    public bool IsIntact => Faults.Count == 0;
}
