namespace Quietune.Auditing.Claims;

/// <summary>A promise of pure ε-differential privacy.</summary>
/// <remarks>TPR ≤ e^ε·FPR in both directions: a fair coin is guessed right with probability e^ε/(1 + e^ε) at best, as by randomised response (Kairouz, Oh &amp; Viswanath 2015).</remarks>
/// <param name="Epsilon">ε.</param>
public sealed record PureClaim(double Epsilon) : PrivacyClaim(Epsilon, 0)
{
    /// <inheritdoc/>
    public override double LargestAccuracy => 1 / (1 + Math.Exp(-Epsilon));

    /// <inheritdoc/>
    public override double LargestHitRate(double falseAlarmRate) => Math.Min(Math.Exp(Epsilon) * falseAlarmRate, 1 - (Math.Exp(-Epsilon) * (1 - falseAlarmRate)));

    /// <inheritdoc/>
    public override double EpsilonOf(double accuracy) => EpsilonOfAny(accuracy);
}
