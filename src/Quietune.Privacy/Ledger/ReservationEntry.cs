using Quietune.Privacy.Accounting;

namespace Quietune.Privacy.Ledger;

/// <summary>Budget was set aside for a plan, before the private data was opened.</summary>
/// <remarks>It counts in full from the moment it is written, whatever becomes of the process that asked for it.</remarks>
public sealed record ReservationEntry : LedgerEntry
{
    /// <summary>Everything that the plan releases.</summary>
    public required PrivacyEvent Event { get; init; }

    /// <summary>SHA-256 of the plan, 64 lower-case hexadecimal digits.</summary>
    public required string Plan { get; init => field = LedgerText.Hash(value, "the hash of the plan"); }

    /// <summary>Machine and number of the process that asked, for the owner who has to settle it.</summary>
    public required string Process { get; init => field = LedgerText.Name(value, "the process"); }

    /// <summary>ε of everything up to and including this reservation, at the granted δ.</summary>
    public required double EpsilonAfter { get; init; }
}
