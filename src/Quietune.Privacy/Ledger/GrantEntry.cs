using Quietune.Privacy.Budgets;

namespace Quietune.Privacy.Ledger;

/// <summary>The owner of a dataset sets its total budget.</summary>
/// <remarks>A later grant replaces the total. It keeps the privacy unit and the neighbouring relation, for spends under others would not add up.</remarks>
public sealed record GrantEntry : LedgerEntry
{
    /// <summary>What one unit of privacy is: <c>row</c>, or the column whose equal values belong to one unit.</summary>
    public required string PrivacyUnit { get; init => field = LedgerText.Name(value, "the privacy unit"); }

    /// <summary>The neighbouring relation.</summary>
    public required Adjacency Adjacency { get; init; }

    /// <summary>The total that all releases from the dataset together must not exceed.</summary>
    public required PrivacyBudget Total { get; init; }
}
