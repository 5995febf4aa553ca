namespace Quietune.Privacy.Ledger;

/// <summary>A reservation's release was made.</summary>
public sealed record SpendEntry : LedgerEntry
{
    /// <summary>Sequence number of the reservation.</summary>
    public required long Reservation { get; init; }

    /// <summary>SHA-256 of what was released, 64 lower-case hexadecimal digits; null when the release has no single file.</summary>
    public string? Output { get; init => field = value is null ? null : LedgerText.Hash(value, "the hash of what is released"); }
}
