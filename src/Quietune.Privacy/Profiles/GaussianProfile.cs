using Quietune.Privacy.Budgets;

namespace Quietune.Privacy.Profiles;

/// <summary>The privacy profile of μ-Gaussian differential privacy: telling N(0, 1) from N(μ, 1).</summary>
/// <remarks>
/// Guarantee: whatever is μ-GDP is (ε, δ)-DP exactly when δ ≥ Φ(−ε/μ + μ/2) − e^ε·Φ(−ε/μ − μ/2).
/// Numerics: δ and ε are rounded up and μ is rounded down, by a bound on the evaluation error derived in docs/derivations/gaussian-dp.md.
/// Source: Balle and Wang 2018, theorem 8; Dong, Roth and Su 2022, corollary 2.13.
/// </remarks>
public static class GaussianProfile
{
    /// <summary>What a calibrated μ leaves free, so that splitting it into rounds, writing it as a noise multiplier and adding it up again,
    /// each rounded to the safe side, comes back to no more than the budget.</summary>
    private const double CalibrationMargin = 1e-13;

    // Eight-point Gauss–Legendre rule on [−1, 1]: positive nodes and weights (Abramowitz and Stegun 1964, table 25.4).
    private static readonly double[] Nodes = [0.18343464249564980494, 0.52553240991632898582, 0.79666647741362673959, 0.96028985649753623168];
    private static readonly double[] Weights = [0.36268378337836198297, 0.31370664587788728734, 0.22238103445337447054, 0.10122853629037625915];

    /// <summary>The smallest δ for which μ-GDP gives (ε, δ)-DP, rounded up.</summary>
    /// <param name="mu">μ, finite and above 0.</param>
    /// <param name="epsilon">ε, finite and at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">μ or ε is outside its range.</exception>
    public static double DeltaOf(double mu, double epsilon) => Math.Min(1, Math.BitIncrement(Math.Exp(LogDeltaOf(mu, epsilon))));

    /// <summary>log δ(ε), rounded up; finite also where δ itself is below the smallest double.</summary>
    /// <param name="mu">μ, finite and above 0.</param>
    /// <param name="epsilon">ε, finite and at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">μ or ε is outside its range.</exception>
    public static double LogDeltaOf(double mu, double epsilon)
    {
        RequireMu(mu);
        if (!double.IsFinite(epsilon) || epsilon < 0)
        {
            throw new ArgumentOutOfRangeException(nameof(epsilon), $"Expected epsilon to be finite and at least 0, got {epsilon}.");
        }

        return Math.Min(0, LogDelta(mu, epsilon) + ErrorBound(mu, epsilon));
    }

    /// <summary>The smallest ε for which μ-GDP gives (ε, δ)-DP, rounded up; infinite for δ = 0.</summary>
    /// <param name="mu">μ, finite and above 0.</param>
    /// <param name="delta">δ, in [0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">μ or δ is outside its range.</exception>
    public static double EpsilonOf(double mu, double delta)
    {
        RequireMu(mu);
        if (delta is not (>= 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(delta), $"Expected delta in [0, 1), got {delta}.");
        }

        if (delta == 0)
        {
            return double.PositiveInfinity;
        }

        var logDelta = Math.BitDecrement(Math.Log(delta));
        if (LogDeltaOf(mu, 0) <= logDelta)
        {
            return 0;
        }

        var upper = mu;
        while (LogDeltaOf(mu, upper) > logDelta)
        {
            upper *= 2;
        }

        return Bisect(outside: 0, inside: upper, epsilon => LogDeltaOf(mu, epsilon) <= logDelta);
    }

    /// <summary>The largest μ whose profile stays within <paramref name="budget"/>, rounded down.</summary>
    /// <param name="budget">A budget with δ above 0.</param>
    /// <exception cref="ArgumentException">The budget is pure (δ = 0).</exception>
    public static double MuOf(PrivacyBudget budget)
    {
        ArgumentNullException.ThrowIfNull(budget);
        if (budget.IsPure)
        {
            throw new ArgumentException("Expected delta above 0, got 0: no Gaussian mechanism is purely differentially private.", nameof(budget));
        }

        var logDelta = Math.BitDecrement(Math.Log(budget.Delta));
        bool Fits(double mu) => LogDeltaOf(mu, budget.Epsilon) <= logDelta;

        var (inside, outside) = (1.0, 1.0);
        while (Fits(outside))
        {
            outside *= 2;
        }

        while (!Fits(inside))
        {
            inside /= 2;
        }

        return Bisect(outside, inside, Fits) * (1 - CalibrationMargin);
    }

    /// <summary>The μ of releases that are μ₁-, μ₂-, …-GDP taken together, √(Σμᵢ²), rounded up.</summary>
    /// <param name="parts">The μ of each release, finite and at least 0; a release may depend on the earlier ones.</param>
    /// <remarks>Source: Dong, Roth and Su 2022, corollary 3.3.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">A part is negative or not finite.</exception>
    public static double Compose(params ReadOnlySpan<double> parts)
    {
        var sum = 0.0;
        foreach (var mu in parts)
        {
            if (!double.IsFinite(mu) || mu < 0)
            {
                throw new ArgumentOutOfRangeException(nameof(parts), $"Expected each mu to be finite and at least 0, got {mu}.");
            }

            // Each rounding is pushed up, so that the sum never falls short of the true one.
            sum = mu == 0 ? sum : Math.BitIncrement(sum + Math.BitIncrement(mu * mu));
        }

        // A single release is itself: the square root undoes the square, up to the rounding just added.
        return sum == 0 ? 0 : Math.BitIncrement(Math.Sqrt(sum));
    }

    /// <summary>The trade-off function: the smallest type II error of any test with type I error α, rounded down.</summary>
    /// <param name="mu">μ, finite and above 0.</param>
    /// <param name="typeOneError">α, in [0, 1].</param>
    /// <remarks>Source: Dong, Roth and Su 2022, equation (6): T(α) = Φ(Φ⁻¹(1 − α) − μ).</remarks>
    /// <exception cref="ArgumentOutOfRangeException">μ or α is outside its range.</exception>
    public static double TradeOff(double mu, double typeOneError)
    {
        RequireMu(mu);
        if (typeOneError is not (>= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(typeOneError), $"Expected typeOneError in [0, 1], got {typeOneError}.");
        }

        var typeTwoError = StandardNormal.Cdf(-StandardNormal.Quantile(typeOneError) - mu);
        return Math.Max(0, typeTwoError - 1e-12 * typeTwoError * (1 + mu * mu - Math.Log(Math.Max(double.Epsilon, typeTwoError))));
    }

    /// <summary>log δ(ε) to nearly full precision, not rounded to a side.</summary>
    private static double LogDelta(double mu, double epsilon)
    {
        // With a = ε/μ − μ/2 and b = a + μ, e^ε·φ(b) = φ(a), so δ = φ(a)·(M(a) − M(b)) with M the Mills ratio.
        var a = epsilon / mu - mu / 2;
        if (mu <= 0.5)
        {
            return StandardNormal.LogDensity(a) + Math.Log(MillsDifference(a, mu));
        }

        if (a >= 0)
        {
            return StandardNormal.LogDensity(a) + Math.Log(StandardNormal.MillsRatio(a) - StandardNormal.MillsRatio(a + mu));
        }

        // Here δ is not small, and M(a) might overflow.
        return NearZero.LogP1(-StandardNormal.Cdf(a) - Math.Exp(StandardNormal.LogDensity(a)) * StandardNormal.MillsRatio(a + mu));
    }

    /// <summary>M(a) − M(a + μ) as the integral of −M′, which is positive, so that nothing cancels.</summary>
    private static double MillsDifference(double a, double mu)
    {
        var half = mu / 2;
        var middle = a + half;
        var sum = 0.0;
        for (var i = 0; i < Nodes.Length; i++)
        {
            sum += Weights[i] * (StandardNormal.MillsDecay(middle - half * Nodes[i]) + StandardNormal.MillsDecay(middle + half * Nodes[i]));
        }

        return half * sum;
    }

    /// <summary>A bound on the absolute error of <see cref="LogDelta"/> (docs/derivations/gaussian-dp.md, "Rounding").</summary>
    private static double ErrorBound(double mu, double epsilon)
    {
        var ratio = epsilon / mu;
        var a = Math.Abs(ratio - mu / 2);
        return Math.ScaleB(64 + 8 * a * (1 + ratio + mu), -53);
    }

    /// <summary>Narrows to neighbouring doubles and returns the one inside.</summary>
    private static double Bisect(double outside, double inside, Func<double, bool> isInside)
    {
        while (true)
        {
            var middle = outside + (inside - outside) / 2;
            if (middle == outside || middle == inside)
            {
                return inside;
            }

            if (isInside(middle))
            {
                inside = middle;
            }
            else
            {
                outside = middle;
            }
        }
    }

    private static void RequireMu(double mu)
    {
        if (!double.IsFinite(mu) || mu <= 0)
        {
            throw new ArgumentOutOfRangeException(nameof(mu), $"Expected mu to be finite and above 0, got {mu}.");
        }
    }
}
