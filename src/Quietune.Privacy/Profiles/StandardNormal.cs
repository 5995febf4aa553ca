using MathNet.Numerics;

namespace Quietune.Privacy.Profiles;

/// <summary>The standard normal distribution, evaluated without cancellation in its tails.</summary>
internal static class StandardNormal
{
    /// <summary>log √(2π).</summary>
    public const double LogRootTwoPi = 0.91893853320467274178;

    /// <summary>From here on the continued fraction of the Mills ratio is short.</summary>
    private const double TailStart = 2;

    /// <summary>Φ(x), with a small relative error also deep in the lower tail.</summary>
    public static double Cdf(double x) => 0.5 * SpecialFunctions.Erfc(-x / Constants.Sqrt2);

    /// <summary>log Φ(x), finite for every finite x.</summary>
    public static double LogCdf(double x) => x switch
    {
        < -TailStart => LogDensity(x) + Math.Log(MillsRatio(-x)),
        < 0 => Math.Log(Cdf(x)),
        _ => double.LogP1(-Cdf(-x)),
    };

    /// <summary>log φ(x).</summary>
    public static double LogDensity(double x) => -0.5 * x * x - LogRootTwoPi;

    /// <summary>Φ⁻¹(p) for p in [0, 1]; infinite at the ends.</summary>
    public static double Quantile(double probability)
    {
        var x = -Constants.Sqrt2 * SpecialFunctions.ErfcInv(2 * probability);
        if (!double.IsFinite(x))
        {
            return x;
        }

        // One Newton step on log Φ repairs the last digits of the library's inverse in the lower tail.
        return x < 0 ? x - (LogCdf(x) - Math.Log(probability)) * MillsRatio(-x) : x;
    }

    /// <summary>M(x) = (1 − Φ(x))/φ(x): the scaled complementary error function √(π/2)·erfcx(x/√2).</summary>
    public static double MillsRatio(double x) => x < TailStart
        ? 0.5 * SpecialFunctions.Erfc(x / Constants.Sqrt2) * Math.Exp(-LogDensity(x))
        : 1 / (x + TailFraction(x));

    /// <summary>−M′(x) = 1 − x·M(x), which is positive and falls with x.</summary>
    public static double MillsDecay(double x)
    {
        if (x < TailStart)
        {
            return 1 - x * MillsRatio(x);
        }

        var fraction = TailFraction(x);
        return fraction / (x + fraction);
    }

    /// <summary>1/(x + 2/(x + 3/(x + …))), for x ≥ 2, where M(x) = 1/(x + that).</summary>
    /// <remarks>Source: Laplace's continued fraction; Olver et al. 2010 (NIST Handbook), equation 7.9.2. The number of terms was
    /// chosen so that 60-digit arithmetic shows a truncation below 1e-17 for every x ≥ 2.</remarks>
    private static double TailFraction(double x)
    {
        var terms = 10 + (int)(520 / (x * x));
        var denominator = x;
        for (var k = terms; k >= 2; k--)
        {
            denominator = x + k / denominator;
        }

        return 1 / denominator;
    }
}
