namespace Quietune.Privacy.Accounting;

/// <summary>Private tuning: a release is repeated a random number of times and only the best outcome is published.</summary>
/// <remarks>Source: Liu and Talwar 2019; Papernot and Steinke 2022.</remarks>
public sealed record SelectionEvent : PrivacyEvent
{
    /// <summary>Makes the event.</summary>
    /// <param name="inner">One try, including the private score by which tries are compared.</param>
    /// <param name="trials">The law of the number of tries, which must be drawn from it and stay secret.</param>
    public SelectionEvent(PrivacyEvent inner, TrialCount trials)
    {
        Inner = Require.Present(inner);
        Trials = Require.Present(trials);
    }

    /// <summary>One try.</summary>
    public PrivacyEvent Inner { get; }

    /// <summary>The law of the number of tries.</summary>
    public TrialCount Trials { get; }
}
