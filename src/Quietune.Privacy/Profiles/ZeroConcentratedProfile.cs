namespace Quietune.Privacy.Profiles;

/// <summary>The (ε, δ) that ρ-zero-concentrated differential privacy implies.</summary>
/// <remarks>
/// Numerics: the best order is found to 1e-8, which leaves δ about 1e-15 relative above the best bound.
/// Source: Bun and Steinke 2016, definition 1.1; conversion by Canonne, Kamath and Steinke 2020, corollary 13.
/// </remarks>
public static class ZeroConcentratedProfile
{
    /// <summary>An upper bound on δ: the least of e^{(α−1)(αρ−ε)}/α·(1 − 1/α)^{α−1} over α &gt; 1.</summary>
    /// <param name="rho">ρ, finite and above 0.</param>
    /// <param name="epsilon">ε, finite and at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">ρ or ε is outside its range.</exception>
    public static double DeltaOf(double rho, double epsilon)
    {
        RequireRho(rho);
        if (!double.IsFinite(epsilon) || epsilon < 0)
        {
            throw new ArgumentOutOfRangeException(nameof(epsilon), $"Expected epsilon to be finite and at least 0, got {epsilon}.");
        }

        // The exponent is convex in α, and its slope (2α − 1)ρ − ε + log(1 − 1/α) rises from −∞.
        double Slope(double order) => (2 * order - 1) * rho - epsilon + NearZero.LogP1(-1 / order);
        var (low, high) = (1.0, 2.0);
        while (Slope(high) < 0)
        {
            high *= 2;
        }

        for (var i = 0; i < 80; i++)
        {
            var middle = low + (high - low) / 2;
            (low, high) = Slope(middle) < 0 ? (middle, high) : (low, middle);
        }

        return Math.Min(1, Math.Exp((high - 1) * (high * rho - epsilon + NearZero.LogP1(-1 / high)) - Math.Log(high)));
    }

    /// <summary>An upper bound on ε for δ, rounded up.</summary>
    /// <param name="rho">ρ, finite and above 0.</param>
    /// <param name="delta">δ, in (0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">ρ or δ is outside its range.</exception>
    public static double EpsilonOf(double rho, double delta)
    {
        RequireRho(rho);
        if (delta is not (> 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(delta), $"Expected delta in (0, 1), got {delta}.");
        }

        // ρ + 2√(ρ·log(1/δ)) always suffices (Bun and Steinke 2016, proposition 1.3).
        var (low, high) = (0.0, rho + 2 * Math.Sqrt(-rho * Math.Log(delta)));
        for (var i = 0; i < 100; i++)
        {
            var middle = low + (high - low) / 2;
            (low, high) = DeltaOf(rho, middle) > delta ? (middle, high) : (low, middle);
        }

        return high;
    }

    private static void RequireRho(double rho)
    {
        if (!double.IsFinite(rho) || rho <= 0)
        {
            throw new ArgumentOutOfRangeException(nameof(rho), $"Expected rho to be finite and above 0, got {rho}.");
        }
    }
}
