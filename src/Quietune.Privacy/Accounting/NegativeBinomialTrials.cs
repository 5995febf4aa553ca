using Quietune.Privacy.Profiles;

namespace Quietune.Privacy.Accounting;

/// <summary>A negative binomial number of tries, truncated to at least one.</summary>
/// <remarks>
/// P(k) ∝ (1 − γ)^k·Π_{l&lt;k}(l + η)/(l + 1); shape η = 1 is the geometric law of Liu and Talwar 2019, η = 0 the logarithmic law.
/// Source: Papernot and Steinke 2022, definition 1.
/// </remarks>
public sealed record NegativeBinomialTrials : TrialCount
{
    /// <summary>Makes the law.</summary>
    /// <param name="shape">η, finite and above −1.</param>
    /// <param name="stopping">γ, in (0, 1): the smaller, the more tries.</param>
    /// <exception cref="ArgumentOutOfRangeException">η or γ is outside its range.</exception>
    public NegativeBinomialTrials(double shape, double stopping)
    {
        Shape = double.IsFinite(shape) && shape > -1
            ? shape
            : throw new ArgumentOutOfRangeException(nameof(shape), $"Expected shape to be finite and above -1, got {shape}.");
        Stopping = stopping is > 0 and < 1
            ? stopping
            : throw new ArgumentOutOfRangeException(nameof(stopping), $"Expected stopping in (0, 1), got {stopping}.");
    }

    /// <summary>η.</summary>
    public double Shape { get; }

    /// <summary>γ.</summary>
    public double Stopping { get; }

    /// <inheritdoc />
    public override double Mean => Shape == 0
        ? (1 / Stopping - 1) / -Math.Log(Stopping)
        : Shape * (1 - Stopping) / (Stopping * -NearZero.ExpM1(Shape * Math.Log(Stopping)));
}
