namespace Quietune.Privacy.Accounting;

/// <summary>Several releases from the same data; each may depend on the outcomes of the earlier ones.</summary>
public sealed record ComposedEvent : PrivacyEvent
{
    /// <summary>Makes the event.</summary>
    /// <param name="events">The releases; an empty list released nothing.</param>
    public ComposedEvent(params IReadOnlyList<PrivacyEvent> events) => Events = [.. Require.Present(events).Select(part => Require.Present(part))];

    /// <summary>The releases.</summary>
    public IReadOnlyList<PrivacyEvent> Events { get; }

    /// <summary>Whether both hold equal events in the same order.</summary>
    public bool Equals(ComposedEvent? other) => other is not null && Events.SequenceEqual(other.Events);

    /// <inheritdoc />
    public override int GetHashCode() => Events.Aggregate(Events.Count, HashCode.Combine);
}
