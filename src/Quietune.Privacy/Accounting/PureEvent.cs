namespace Quietune.Privacy.Accounting;

/// <summary>A purely ε-differentially private release of which nothing else is known.</summary>
public sealed record PureEvent : PrivacyEvent
{
    /// <summary>Makes the event.</summary>
    /// <param name="epsilon">ε, finite and above 0, for the adjacency under which the event is accounted.</param>
    /// <exception cref="ArgumentOutOfRangeException">ε is outside its range.</exception>
    public PureEvent(double epsilon) => Epsilon = Require.Positive(epsilon);

    /// <summary>ε of the release.</summary>
    public double Epsilon { get; }
}
