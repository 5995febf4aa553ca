using Quietune.Privacy.Accounting;
using Quietune.Privacy.Budgets;

namespace Quietune.Privacy.Calibration;

/// <summary>Finds the least noise with which a schedule of releases stays within a budget.</summary>
/// <remarks>
/// Guarantee: the accountant's ε of the schedule with the noise that is returned was computed and is within the budget.
/// Numerics: at most 1e-6 relative above the least noise that the accountant accepts; it is rounded up.
/// </remarks>
public static class NoiseCalibration
{
    private const double Tolerance = 1e-6;
    private const double LeastNoise = 0.02;
    private const double MostNoise = 1e9;

    /// <summary>The noise multiplier of Gaussian rounds.</summary>
    /// <param name="budget">A budget with δ above 0.</param>
    /// <param name="samplingRate">The probability with which a privacy unit takes part in a round, in (0, 1]; 1 for full passes.</param>
    /// <param name="roundCount">How many rounds, at least 1.</param>
    /// <param name="adjacency">The neighbouring relation.</param>
    /// <exception cref="ArgumentOutOfRangeException">A rate or count is outside its range.</exception>
    /// <exception cref="ArgumentException">The budget is pure.</exception>
    public static double NoiseMultiplierOf(PrivacyBudget budget, double samplingRate, int roundCount, Adjacency adjacency = Adjacency.AddRemove) =>
        NoiseMultiplierOf(budget, noise => new SelfComposedEvent(new PoissonSampledEvent(samplingRate, new GaussianEvent(noise)), roundCount), adjacency);

    /// <summary>The noise multiplier of any schedule whose cost falls as the noise grows.</summary>
    /// <param name="budget">A budget with δ above 0.</param>
    /// <param name="schedule">What is released with a given noise multiplier.</param>
    /// <param name="adjacency">The neighbouring relation.</param>
    /// <exception cref="ArgumentException">No noise suffices, as for Gaussian noise under a pure budget.</exception>
    /// <exception cref="UnsupportedEventException">No theorem covers the schedule.</exception>
    public static double NoiseMultiplierOf(PrivacyBudget budget, Func<double, PrivacyEvent> schedule, Adjacency adjacency = Adjacency.AddRemove)
    {
        ArgumentNullException.ThrowIfNull(budget);
        ArgumentNullException.ThrowIfNull(schedule);

        // What is sought is a root of log(ε(noise)/ε), which falls with the noise and is nearly linear in its logarithm.
        (double At, double Excess) At(double logNoise)
        {
            var epsilon = PrivacyOdometer.CurveOf(schedule(Math.Exp(logNoise)), adjacency).EpsilonOf(budget.Delta);
            return (logNoise, epsilon <= budget.Epsilon ? Math.Min(0, Math.Log(epsilon / budget.Epsilon)) : Math.Max(double.Epsilon, Math.Log(epsilon / budget.Epsilon)));
        }

        var fits = At(0);
        var fails = fits;
        while (fits.Excess > 0)
        {
            if (fits.At > Math.Log(MostNoise))
            {
                throw new ArgumentException(
                    $"Expected a budget that some noise can meet, got epsilon {budget.Epsilon} and delta {budget.Delta}, passed even with a noise multiplier of {Math.Exp(fits.At):G3}.", nameof(budget));
            }

            (fails, fits) = (fits, At(fits.At + Math.Log(2)));
        }

        while (fails.Excess <= 0 && fails.At > Math.Log(LeastNoise))
        {
            (fits, fails) = (fails, At(fails.At - Math.Log(2)));
        }

        while (fails.Excess > 0 && fits.At - fails.At > Tolerance)
        {
            // A little on both sides of the secant's root; a bisection where that did not halve the bracket.
            var width = fits.At - fails.At;
            var root = double.IsFinite(fails.Excess) && double.IsFinite(fits.Excess) ? fails.At + width * fails.Excess / (fails.Excess - fits.Excess) : fails.At + width / 2;
            Try(root + 0.4 * Tolerance);
            Try(root - 0.4 * Tolerance);
            if (fits.At - fails.At > Math.Max(Tolerance, width / 2))
            {
                Try((fits.At + fails.At) / 2);
            }
        }

        return Math.Exp(fails.Excess > 0 ? fits.At : fails.At);

        void Try(double place)
        {
            if (place > fails.At && place < fits.At && fits.At - fails.At > Tolerance)
            {
                var found = At(place);
                (fits, fails) = found.Excess <= 0 ? (found, fails) : (fits, found);
            }
        }
    }
}
