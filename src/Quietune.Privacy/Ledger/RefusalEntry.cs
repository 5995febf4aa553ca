using Quietune.Privacy.Accounting;

namespace Quietune.Privacy.Ledger;

/// <summary>A plan was refused, for it did not fit into what was left; it costs nothing.</summary>
public sealed record RefusalEntry : LedgerEntry
{
    /// <summary>Everything that the plan would have released.</summary>
    public required PrivacyEvent Event { get; init; }

    /// <summary>SHA-256 of the plan, 64 lower-case hexadecimal digits.</summary>
    public required string Plan { get; init => field = LedgerText.Hash(value, "the hash of the plan"); }

    /// <summary>Why, in one sentence.</summary>
    public required string Reason { get; init => field = LedgerText.Sentence(value, "the reason"); }

    /// <summary>What ε would have become, at the granted δ; null where no finite one is known.</summary>
    public double? EpsilonAfter { get; init; }
}
