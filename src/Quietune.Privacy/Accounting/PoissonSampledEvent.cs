namespace Quietune.Privacy.Accounting;

/// <summary>A mechanism run on a random part of the data, into which each privacy unit comes independently.</summary>
public sealed record PoissonSampledEvent : PrivacyEvent
{
    /// <summary>Makes the event.</summary>
    /// <param name="samplingRate">The probability with which a unit takes part, in (0, 1].</param>
    /// <param name="inner">What is done with the part.</param>
    /// <exception cref="ArgumentOutOfRangeException">The sampling rate is outside its range.</exception>
    public PoissonSampledEvent(double samplingRate, PrivacyEvent inner)
    {
        SamplingRate = samplingRate is > 0 and <= 1
            ? samplingRate
            : throw new ArgumentOutOfRangeException(nameof(samplingRate), $"Expected samplingRate in (0, 1], got {samplingRate}.");
        Inner = Require.Present(inner);
    }

    /// <summary>The probability with which a unit takes part.</summary>
    public double SamplingRate { get; }

    /// <summary>What is done with the part.</summary>
    public PrivacyEvent Inner { get; }
}
