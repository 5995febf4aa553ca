namespace Quietune.Privacy.Accounting;

/// <summary>The same release, made several times.</summary>
public sealed record SelfComposedEvent : PrivacyEvent
{
    /// <summary>Makes the event.</summary>
    /// <param name="inner">The release.</param>
    /// <param name="count">How often it was made, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The count is below 1.</exception>
    public SelfComposedEvent(PrivacyEvent inner, int count)
    {
        Inner = Require.Present(inner);
        Count = Require.AtLeastOne(count);
    }

    /// <summary>The release.</summary>
    public PrivacyEvent Inner { get; }

    /// <summary>How often it was made.</summary>
    public int Count { get; }
}
