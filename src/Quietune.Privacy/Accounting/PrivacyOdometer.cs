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
        var reduced = EventReduction.Reduce(privacyEvent, adjacency);
        var rounds = reduced.Keys;
        if (rounds.Any(round => round is ApproximateRound))
        {
            var failure = reduced.Aggregate(0.0, (sum, part) => part.Key is ApproximateRound approximate ? Math.BitIncrement(sum + Math.BitIncrement(part.Value * approximate.Delta)) : sum);
            return new FailingCurve(CurveOf(Unfailing(privacyEvent), adjacency), reduced is { Count: 1 } && reduced.Single() is { Value: 1, Key: ApproximateRound only } ? only.Delta : failure);
        }

        IAccountant accountant = rounds.All(round => round is GaussianRound { SamplingRate: 1 }) ? new GdpAccountant(adjacency)
            : rounds.Any(round => round is SelectionRound) ? new RdpAccountant(adjacency)
            : new PldAccountant(adjacency);
        return accountant.Account(privacyEvent);
    }

    /// <summary>The same event with each (ε, δ)-private release as it is where it does not fail.</summary>
    private static PrivacyEvent Unfailing(PrivacyEvent privacyEvent) => privacyEvent switch
    {
        ApproximateEvent approximate => new PureEvent(approximate.Epsilon),
        ComposedEvent composed => new ComposedEvent([.. composed.Events.Select(Unfailing)]),
        SelfComposedEvent repeated => new SelfComposedEvent(Unfailing(repeated.Inner), repeated.Count),
        _ => privacyEvent,
    };

    /// <summary>A curve beside releases that reveal everything with a chance of at most <paramref name="failure"/> in all.</summary>
    /// <remarks>Source: Kairouz, Oh and Viswanath 2015, theorem 3.3: an (ε, δ)-private release is dominated by one that fails with chance δ and is ε-private otherwise.</remarks>
    private sealed class FailingCurve(IPrivacyCurve otherwise, double failure) : IPrivacyCurve
    {
        public double EpsilonOf(double delta) => Require.Delta(delta) < failure ? double.PositiveInfinity : otherwise.EpsilonOf(Math.Max(0, Math.BitDecrement(delta - failure)));

        public double DeltaOf(double epsilon) => Math.Min(1, Math.BitIncrement(failure + otherwise.DeltaOf(epsilon)));
    }
}
