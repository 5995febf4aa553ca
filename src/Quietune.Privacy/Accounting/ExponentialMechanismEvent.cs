namespace Quietune.Privacy.Accounting;

/// <summary>One draw of the exponential mechanism, whose privacy loss spans no more than ε from its least to its largest value.</summary>
/// <remarks>This bounded range composes better than ε-differential privacy alone. Source: Durfee and Rogers 2019, lemma 4.2 there.</remarks>
public sealed record ExponentialMechanismEvent : PrivacyEvent
{
    /// <summary>Makes the event.</summary>
    /// <param name="epsilon">ε, finite and above 0, for the adjacency under which the event is accounted: the draw has density
    /// proportional to exp(ε·utility/(2·sensitivity)).</param>
    /// <exception cref="ArgumentOutOfRangeException">ε is outside its range.</exception>
    public ExponentialMechanismEvent(double epsilon) => Epsilon = Require.Positive(epsilon);

    /// <summary>ε of the draw.</summary>
    public double Epsilon { get; }
}
