using System.Collections.Concurrent;
using Quietune.Privacy.Budgets;
using Quietune.Privacy.Calibration;

namespace Quietune.Tuning.Planning;

/// <summary>The noise multipliers of sampled plans, each calibrated once: a rehearsal asks for the same few again and again.</summary>
internal static class CalibratedNoise
{
    private static readonly ConcurrentDictionary<(double Rate, int Rounds, double Growth, double Epsilon, double Delta, Adjacency Adjacency), double> Known = new();

    /// <summary>The least multiplier with which the plan's event stays within its ε and δ.</summary>
    /// <exception cref="ArgumentException">No noise is enough.</exception>
    public static double Of(TuningPlan plan) => Known.GetOrAdd(
        (plan.SamplingRate, plan.Rounds, plan.BudgetGrowth, plan.Epsilon, plan.Delta, plan.Adjacency),
        _ => NoiseCalibration.NoiseMultiplierOf(
            new(plan.Epsilon, plan.Delta), multiplier => (plan with { NoiseMultiplier = multiplier }).Event, plan.Adjacency));
}
