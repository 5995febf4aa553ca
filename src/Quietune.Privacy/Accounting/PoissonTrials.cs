namespace Quietune.Privacy.Accounting;

/// <summary>A Poisson number of tries; none at all has probability e^−mean, and then nothing is published.</summary>
/// <remarks>Source: Papernot and Steinke 2022, section 3.3.</remarks>
public sealed record PoissonTrials : TrialCount
{
    /// <summary>Makes the law.</summary>
    /// <param name="mean">The expected number of tries, finite and above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The mean is outside its range.</exception>
    public PoissonTrials(double mean) => Mean = Require.Positive(mean);

    /// <inheritdoc />
    [System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.Never)]
    public override double Mean { get; }
}
