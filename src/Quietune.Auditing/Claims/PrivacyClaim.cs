namespace Quietune.Auditing.Claims;

/// <summary>What a mechanism promises, and what an attack's success would mean for it.</summary>
/// <param name="Epsilon">ε of the promise.</param>
/// <param name="Delta">δ of the promise.</param>
public abstract record PrivacyClaim(double Epsilon, double Delta)
{
    /// <summary>The largest share of right guesses, of a fair coin between neighbours, that the promise allows.</summary>
    public abstract double LargestAccuracy { get; }

    /// <summary>The largest hit rate at a rate of false alarms that the promise allows.</summary>
    /// <param name="falseAlarmRate">In [0, 1].</param>
    public abstract double LargestHitRate(double falseAlarmRate);

    /// <summary>ε at δ of the mechanism's own kind, with no more noise than lets an attack guess right that often; 0 where guessing at random would do.</summary>
    /// <param name="accuracy">A lower bound on the share of right guesses.</param>
    public abstract double EpsilonOf(double accuracy);

    /// <summary>ε at δ of any mechanism at all that can be guessed right that often: log((a − δ)/(1 − a)).</summary>
    /// <remarks>From TPR ≤ e^ε·FPR + δ (Kairouz, Oh &amp; Viswanath 2015, theorem 2.1) in both directions.</remarks>
    /// <param name="accuracy">A lower bound on the share of right guesses.</param>
    public double EpsilonOfAny(double accuracy) =>
        accuracy >= 1 ? double.PositiveInfinity : Math.Max(0, Math.Log(Math.Max(double.Epsilon, accuracy - Delta) / (1 - accuracy)));
}
