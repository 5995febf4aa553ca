using MathNet.Numerics.Distributions;

namespace Quietune.Auditing.Bounds;

/// <summary>Exact one-sided confidence bounds for a probability from a count.</summary>
/// <remarks>
/// Guarantee: each bound is on the right side of the true probability with at least the confidence, whatever it is, also when trials depend on
/// earlier ones as long as each one's conditional probability is no larger (for lower bounds of successes): a sum of such trials is dominated by the binomial law.
/// Numerics: moved outwards by 1e-9. Source: Clopper &amp; Pearson 1934.
/// </remarks>
public static class ClopperPearson
{
    private const double Slack = 1e-9;

    /// <summary>The lower bound.</summary>
    /// <param name="successes">From 0 to <paramref name="trials"/>.</param>
    /// <param name="trials">At least 1.</param>
    /// <param name="confidence">In (0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static double Lower(long successes, long trials, double confidence)
    {
        Require(successes, trials, confidence);
        return successes == 0 ? 0 : Math.Max(0, Beta.InvCDF(successes, trials - successes + 1, 1 - confidence) - Slack);
    }

    /// <summary>The upper bound.</summary>
    /// <param name="successes">From 0 to <paramref name="trials"/>.</param>
    /// <param name="trials">At least 1.</param>
    /// <param name="confidence">In (0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static double Upper(long successes, long trials, double confidence) => 1 - Lower(trials - successes, trials, confidence);

    private static void Require(long successes, long trials, double confidence)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(trials, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(successes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(successes, trials);
        if (confidence is not (> 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(confidence), $"Expected confidence in (0, 1), got {confidence}.");
        }
    }
}
