using Quietune.Privacy.Budgets;

namespace Quietune.Privacy.Profiles;

/// <summary>What pure ε-differential privacy means as a Gaussian-DP guarantee.</summary>
public static class PureProfile
{
    // Beyond this ε the probability below leaves the range in which the quantile is tried.
    private const double LargestEpsilon = 600;

    /// <summary>The smallest μ such that whatever is ε-DP is μ-Gaussian-DP, rounded up: −2Φ⁻¹(1/(1 + e^ε)).</summary>
    /// <remarks>
    /// The trade-off function of ε-DP is two lines that meet at type I and II errors of 1/(1 + e^ε); a convex curve through (0, 1) and (1, 0) lies
    /// below both lines as soon as it passes below their meeting point. Source: Dong, Roth and Su 2022, proposition 2.5 for the lines.
    /// </remarks>
    /// <param name="epsilon">ε, finite and above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">ε is outside its range.</exception>
    public static double MuOf(double epsilon)
    {
        if (!double.IsFinite(epsilon) || epsilon <= 0)
        {
            throw new ArgumentOutOfRangeException(nameof(epsilon), $"Expected epsilon to be finite and above 0, got {epsilon}.");
        }

        // Φ(−x) ≤ e^{−x²/2}/2 gives the bound for the largest.
        var mu = epsilon > LargestEpsilon
            ? 2 * Math.Sqrt(2 * epsilon)
            : -2 * StandardNormal.Quantile(Math.Exp(-epsilon) / (1 + Math.Exp(-epsilon)));
        return mu * (1 + 1e-12) + 1e-15;
    }

    /// <summary>The μ of a budget: the largest that keeps (ε, δ), or for δ = 0 the smallest that ε-DP implies.</summary>
    /// <param name="budget">Any budget.</param>
    public static double MuOf(PrivacyBudget budget)
    {
        ArgumentNullException.ThrowIfNull(budget);
        return budget.IsPure ? MuOf(budget.Epsilon) : GaussianProfile.MuOf(budget);
    }
}
