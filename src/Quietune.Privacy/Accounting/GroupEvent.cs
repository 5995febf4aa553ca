namespace Quietune.Privacy.Accounting;

/// <summary>A release as it looks to a group of privacy units that are protected together.</summary>
public sealed record GroupEvent : PrivacyEvent
{
    /// <summary>Makes the event.</summary>
    /// <param name="inner">The release, as it looks to one unit.</param>
    /// <param name="size">How many units the group has at most, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is below 1.</exception>
    public GroupEvent(PrivacyEvent inner, int size)
    {
        Inner = Require.Present(inner);
        Size = Require.AtLeastOne(size);
    }

    /// <summary>The release, as it looks to one unit.</summary>
    public PrivacyEvent Inner { get; }

    /// <summary>How many units the group has at most.</summary>
    public int Size { get; }
}
