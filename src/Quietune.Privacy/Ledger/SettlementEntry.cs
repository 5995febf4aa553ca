namespace Quietune.Privacy.Ledger;

/// <summary>The owner decided about a reservation that was never committed.</summary>
public sealed record SettlementEntry : LedgerEntry
{
    /// <summary>Sequence number of the reservation.</summary>
    public required long Reservation { get; init; }

    /// <summary>Whether its budget stays spent.</summary>
    public required SettlementOutcome Outcome { get; init; }

    /// <summary>Why the owner is sure, in one sentence.</summary>
    public required string Reason { get; init => field = LedgerText.Sentence(value, "the reason"); }
}
