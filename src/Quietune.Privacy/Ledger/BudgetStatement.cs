namespace Quietune.Privacy.Ledger;

/// <summary>The odometer of one dataset: what was granted and what is gone.</summary>
/// <param name="Grant">The grant in force.</param>
/// <param name="EpsilonSpent">ε of all spends and reservations together at the granted δ, rounded up; infinite where no finite one is known.</param>
/// <param name="Spends">How many releases count as made.</param>
/// <param name="Open">Reservations neither committed nor settled, oldest first; they count.</param>
/// <param name="Refusals">How many plans were refused.</param>
public sealed record BudgetStatement(GrantEntry Grant, double EpsilonSpent, int Spends, IReadOnlyList<ReservationEntry> Open, int Refusals);
