using Quietune.Privacy.Budgets;

namespace Quietune.Privacy.Ledger;

/// <summary>A total budget to be set for a dataset.</summary>
/// <param name="Dataset">The dataset's id.</param>
/// <param name="PrivacyUnit">What one unit of privacy is: <c>row</c>, or the column whose equal values belong to one unit.</param>
/// <param name="Adjacency">The neighbouring relation.</param>
/// <param name="Total">The total.</param>
/// <param name="Who">Who sets it.</param>
public sealed record GrantRequest(string Dataset, string PrivacyUnit, Adjacency Adjacency, PrivacyBudget Total, string Who);
