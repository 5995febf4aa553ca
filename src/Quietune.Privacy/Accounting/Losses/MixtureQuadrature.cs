using Quietune.Privacy.Profiles;

namespace Quietune.Privacy.Accounting.Losses;

/// <summary>Integrals over pairs of normal mixtures by the trapezoidal rule, which converges exponentially for them.</summary>
/// <remarks>Source: Trefethen and Weideman 2014, theorem 5.1; the step is derived in docs/derivations/rdp.md.</remarks>
internal static class MixtureQuadrature
{
    private const double Reach = 9;

    /// <summary>Orders that ask for more points than this on each side are given up: the best order never lies there by far.</summary>
    private const int MostPoints = 1 << 16;

    /// <summary>log ∫ P^α·Q^{1−α}, with full relative accuracy also when it is close to 0; infinite when the order is too large to integrate.</summary>
    /// <param name="logDensities">log P(x) and log Q(x).</param>
    /// <param name="order">α.</param>
    /// <param name="sigma">The standard deviation of every normal.</param>
    /// <param name="spread">The largest distance between the means.</param>
    public static double LogMoment(Func<double, (double P, double Q)> logDensities, double order, double sigma, double spread)
    {
        // The integrand's peaks lie between the means extrapolated by the order.
        var reach = spread * (Math.Abs(order) + 1) + Reach * sigma;
        var step = Step(order, sigma);
        if (reach / step > MostPoints)
        {
            return double.PositiveInfinity;
        }

        var points = (int)(reach / step);
        var largest = 0.0;
        var excess = 0.0;
        var scaled = 0.0;
        for (var i = -points; i <= points; i++)
        {
            var (logP, logQ) = logDensities(i * step);
            var loss = logP - logQ;
            var exponent = logQ + order * loss;

            // The sum of Q·(e^{αL} − 1 − α·(e^L − 1)), whose terms have one sign, is the moment minus 1.
            if (largest < 100 && exponent < 100)
            {
                excess += Math.Abs(order * loss) < 1
                    ? Math.Exp(logQ) * (NearZero.ExpM1(order * loss) - order * NearZero.ExpM1(loss))
                    : Math.Exp(exponent) - Math.Exp(logQ) * (1 - order) - order * Math.Exp(logP);
            }

            if (exponent > largest)
            {
                scaled *= Math.Exp(largest - exponent);
                largest = exponent;
            }

            scaled += Math.Exp(exponent - largest);
        }

        return largest < 100 ? NearZero.LogP1(Math.Max(-1, excess * step)) : largest + Math.Log(scaled * step);
    }

    /// <summary>∫ P·log(P/Q).</summary>
    public static double Divergence(Func<double, (double P, double Q)> logDensities, double sigma, double spread)
    {
        var step = Step(1, sigma);
        var points = (long)((spread + Reach * sigma) / step);
        var sum = 0.0;
        for (var i = -points; i <= points; i++)
        {
            var (logP, logQ) = logDensities(i * step);
            sum += Math.Exp(logP) * (logP - logQ);
        }

        return sum * step;
    }

    private static double Step(double order, double sigma)
    {
        var variance = sigma * sigma;
        return Math.Min(Math.Min(sigma, variance) / 2, 1.5 * variance / Math.Sqrt(1 + Math.Abs(order)));
    }
}
