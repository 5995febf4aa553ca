using Quietune.Privacy.Budgets;

namespace Quietune.Privacy.Accounting;

/// <summary>What all releases from one dataset have spent together, and whether one more fits under a cap.</summary>
/// <remarks>
/// Guarantee: never below the truth for releases whose events were fixed independently of earlier outcomes. Where a later plan was chosen by looking
/// at earlier outcomes, the same sum still holds for lists of Gaussian releases (Smith and Thakurta 2022); for others nobody has proved it.
/// Numerics: Gaussian releases alone in closed form, lists with selection by Rényi divergences, all else by the privacy loss distribution; each rounded up.
/// Source: docs/derivations/events.md.
/// </remarks>
public static class PrivacyOdometer
{
    /// <summary>The odometer: the smallest known ε of <paramref name="events"/> together; 0 for an empty list, infinite where none is known.</summary>
    /// <param name="events">Everything released from the dataset so far.</param>
    /// <param name="delta">δ, in [0, 1).</param>
    /// <param name="adjacency">The neighbouring relation.</param>
    /// <exception cref="ArgumentOutOfRangeException">δ is outside its range.</exception>
    /// <exception cref="UnsupportedEventException">No theorem covers an event.</exception>
    public static double EpsilonOf(IReadOnlyList<PrivacyEvent> events, double delta, Adjacency adjacency = Adjacency.AddRemove) =>
        CurveOf(new ComposedEvent(events), adjacency).EpsilonOf(delta);

    /// <summary>The filter: what <paramref name="spent"/> and <paramref name="candidate"/> come to, and whether that is within <paramref name="cap"/>.</summary>
    /// <param name="spent">Everything released or reserved so far.</param>
    /// <param name="candidate">The release that is asked for.</param>
    /// <param name="cap">What must not be passed, at its δ.</param>
    /// <param name="adjacency">The neighbouring relation.</param>
    /// <exception cref="UnsupportedEventException">No theorem covers an event.</exception>
    public static FilterDecision Consider(IReadOnlyList<PrivacyEvent> spent, PrivacyEvent candidate, PrivacyBudget cap, Adjacency adjacency = Adjacency.AddRemove)
    {
        ArgumentNullException.ThrowIfNull(cap);
        var after = EpsilonOf([.. spent, candidate], cap.Delta, adjacency);
        return new FilterDecision(EpsilonOf(spent, cap.Delta, adjacency), after, after <= cap.Epsilon);
    }

    /// <summary>The tightest curve that is known for <paramref name="privacyEvent"/>.</summary>
    /// <exception cref="UnsupportedEventException">No theorem covers the event.</exception>
    public static IPrivacyCurve CurveOf(PrivacyEvent privacyEvent, Adjacency adjacency = Adjacency.AddRemove)
    {
        var rounds = EventReduction.Reduce(privacyEvent, adjacency).Keys;
        IAccountant accountant = rounds.All(round => round is GaussianRound { SamplingRate: 1 }) ? new GdpAccountant(adjacency)
            : rounds.Any(round => round is SelectionRound) ? new RdpAccountant(adjacency)
            : new PldAccountant(adjacency);
        return accountant.Account(privacyEvent);
    }
}
