using System.Numerics;

namespace Quietune.Privacy.Tests.Accounting;

/// <summary>δ(ε) of many Poisson-sampled Gaussian rounds without any grid of losses, by inverting their moment generating function along a vertical line.</summary>
/// <remarks>
/// (1 − e^{ε−x})₊ = (1/2πi)∫ e^{z(x−ε)}/(z(z + 1)) dz along Re z = c > 0, so δ(ε) = (1/2πi)∫ E[e^{zL}]^T·e^{−zε}/(z(z + 1)) dz. Both integrals are of analytic functions
/// by the trapezoidal rule.
/// </remarks>
internal static class InvertedLosses
{
    private const int Points = 700;
    private const int Frequencies = 500;

    /// <summary>log δ(ε) of the pair (P, Q), the unit removed, or (Q, P), the unit added.</summary>
    public static double LogDeltaOf(double rate, double noise, int rounds, double epsilon, bool added)
    {
        // The saddle of K(c) − cε − log c(c + 1), K = T·log E[e^{cL}].
        var (low, high) = (1e-5, 4.0);
        double Objective(double c) => LogMoment(c).Real - c * epsilon - Math.Log(c * (c + 1));
        for (var i = 0; i < 100; i++)
        {
            var (first, second) = (low + (high - low) * 0.382, low + (high - low) * 0.618);
            (low, high) = Objective(first) < Objective(second) ? (low, second) : (first, high);
        }

        var saddle = (low + high) / 2;
        var change = 1e-3 * saddle;
        var variance = (LogMoment(saddle + change).Real + LogMoment(saddle - change).Real - 2 * LogMoment(saddle).Real) / (change * change);
        var peak = LogMoment(saddle).Real - saddle * epsilon;
        var step = 10 / Math.Sqrt(variance) / Frequencies;
        var sum = 0.0;
        for (var i = 0; i <= Frequencies; i++)
        {
            var z = new Complex(saddle, i * step);
            var value = Complex.Exp(LogMoment(z) - z * epsilon - peak) / (z * (z + 1));
            sum += (i == 0 ? 0.5 : 1) * value.Real;
        }

        return Math.Log(sum * step / Math.PI) + peak;

        Complex LogMoment(Complex z)
        {
            // E_P[e^{zL}] = ∫ P·e^{zL}; seen from Q the loss is −L and its law Q's.
            var moment = Complex.Zero;
            var (start, width) = (-15 * noise, (1 + 30 * noise) / Points);
            for (var i = 0; i <= Points; i++)
            {
                var x = start + i * width;
                var q = Math.Exp(-x * x / (2 * noise * noise)) / Math.Sqrt(2 * Math.PI * noise * noise);
                var loss = Math.Log(1 - rate + rate * Math.Exp((2 * x - 1) / (2 * noise * noise)));
                moment += added ? q * Complex.Exp(-z * loss) : q * Complex.Exp((z + 1) * loss);
            }

            return rounds * Complex.Log(moment * width);
        }
    }
}
