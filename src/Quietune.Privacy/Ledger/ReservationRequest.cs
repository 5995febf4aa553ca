using Quietune.Privacy.Accounting;
using Quietune.Privacy.Budgets;

namespace Quietune.Privacy.Ledger;

/// <summary>A plan that asks for budget.</summary>
/// <param name="Dataset">The dataset's id.</param>
/// <param name="PrivacyUnit">The plan's privacy unit; must be the granted one.</param>
/// <param name="Adjacency">The plan's neighbouring relation; must be the granted one.</param>
/// <param name="Event">Everything that the plan releases; several releases are one <see cref="ComposedEvent"/>.</param>
/// <param name="Plan">SHA-256 of the plan, 64 lower-case hexadecimal digits.</param>
/// <param name="Who">Who asks.</param>
public sealed record ReservationRequest(string Dataset, string PrivacyUnit, Adjacency Adjacency, PrivacyEvent Event, string Plan, string Who);
