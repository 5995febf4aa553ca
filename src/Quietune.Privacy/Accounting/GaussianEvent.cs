namespace Quietune.Privacy.Accounting;

/// <summary>One release of a sum with normal noise.</summary>
/// <remarks>The one-draw mechanism is this event, with noise multiplier 1/μ for add/remove and zero-out.</remarks>
public sealed record GaussianEvent : PrivacyEvent
{
    /// <summary>Makes the event.</summary>
    /// <param name="noiseMultiplier">Standard deviation of the noise divided by the clip norm, which is the largest contribution of one
    /// privacy unit; finite and above 0. Under replace-one the accountants double the contribution themselves.</param>
    /// <exception cref="ArgumentOutOfRangeException">The noise multiplier is outside its range.</exception>
    public GaussianEvent(double noiseMultiplier) => NoiseMultiplier = Require.Positive(noiseMultiplier);

    /// <summary>Standard deviation of the noise divided by the clip norm.</summary>
    public double NoiseMultiplier { get; }
}
