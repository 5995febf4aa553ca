namespace Quietune.Privacy.Accounting;

/// <summary>An (ε, δ)-differentially private release of which nothing else is known.</summary>
/// <remarks>Its δ is spent whole in every composition. For mechanisms whose guarantee is an inequality at one ε and not a law of losses.</remarks>
public sealed record ApproximateEvent : PrivacyEvent
{
    /// <summary>Makes the event.</summary>
    /// <param name="epsilon">ε, finite and above 0, for the adjacency under which the event is accounted.</param>
    /// <param name="delta">δ, in (0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">ε or δ is outside its range.</exception>
    public ApproximateEvent(double epsilon, double delta)
    {
        Epsilon = Require.Positive(epsilon);
        Delta = delta is > 0 and < 1 ? delta : throw new ArgumentOutOfRangeException(nameof(delta), $"Expected delta in (0, 1), got {delta}.");
    }

    /// <summary>ε of the release.</summary>
    public double Epsilon { get; }

    /// <summary>δ of the release.</summary>
    public double Delta { get; }
}
