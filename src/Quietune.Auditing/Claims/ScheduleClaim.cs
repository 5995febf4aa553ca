using Quietune.Privacy.Accounting;
using Quietune.Privacy.Budgets;
using Quietune.Tuning.Planning;

namespace Quietune.Auditing.Claims;

/// <summary>The promise of a schedule of sampled rounds, told by what less noise in the same schedule would promise.</summary>
/// <remarks>
/// δ(0) of a curve is the total variation between neighbours, so a fair coin is guessed right with probability (1 + δ(0))/2 at best. An attack that is right
/// with probability a bounds the noise from above: by the largest factor f for which (1 + δ_f(0))/2 ≥ a. ε of the schedule with that noise is the answer.
/// </remarks>
public sealed record ScheduleClaim : PrivacyClaim
{
    private const double LeastFactor = 0.02;
    private const double MostFactor = 50;

    // A total variation takes the accountant a second or more; the answer is given at the safe end of so wide a bracket.
    private const double Tolerance = 0.01;
    private readonly Func<double, PldCurve> curveOf;
    private readonly SortedDictionary<double, double> known = [];

    private ScheduleClaim(Func<double, PldCurve> curveOf, double delta)
        : base(curveOf(1).EpsilonOf(delta), delta)
    {
        this.curveOf = curveOf;
        known[LeastFactor] = 1;
        LargestAccuracy = AccuracyAt(1);
    }

    /// <inheritdoc/>
    public override double LargestAccuracy { get; }

    /// <inheritdoc/>
    public override double LargestHitRate(double falseAlarmRate) => 1 - curveOf(1).TradeOff(falseAlarmRate).Lower;

    /// <summary>What a plan promises.</summary>
    /// <param name="plan">A calibrated plan.</param>
    public static PrivacyClaim Of(TuningPlan plan) => plan.Ball is not null ? new PureClaim(plan.Epsilon)
        : plan.SamplingRate == 1 && plan.Adjacency != Adjacency.ReplaceOne
? new GaussianClaim(plan.Mu, plan.Delta)
        : Of(factor => (plan with { NoiseMultiplier = plan.NoiseMultiplierAt(0) * factor, BudgetGrowth = plan.SamplingRate == 1 ? 1 : plan.BudgetGrowth }).Event, plan.Delta, plan.Adjacency);

    /// <summary>What a schedule promises.</summary>
    /// <param name="eventOf">What is released when the noise is multiplied by a factor.</param>
    /// <param name="delta">δ at which it is told.</param>
    /// <param name="adjacency">What a neighbour is.</param>
    public static ScheduleClaim Of(Func<double, PrivacyEvent> eventOf, double delta, Adjacency adjacency = Adjacency.AddRemove) =>
        new(factor => new PldAccountant(adjacency).Curve(eventOf(factor)), delta);

    /// <inheritdoc/>
    public override double EpsilonOf(double accuracy)
    {
        if (accuracy <= 0.5)
        {
            return 0;
        }

        if (accuracy >= 1)
        {
            return double.PositiveInfinity;
        }

        // The accuracy that is possible falls as the noise grows; 2Φ⁻¹ of it about as its inverse.
        while (true)
        {
            var allowed = known.Where(pair => pair.Value >= accuracy).MaxBy(pair => pair.Key);
            var (refuted, least) = known.Where(pair => pair.Value < accuracy).Select(pair => (pair.Key, pair.Value)).DefaultIfEmpty((MostFactor, 0.5)).First();
            if (refuted / allowed.Key <= 1 + Tolerance)
            {
                return curveOf(refuted).EpsilonOf(Delta);
            }

            var guess = allowed.Key * GaussianClaim.MuOf(allowed.Value) / GaussianClaim.MuOf(accuracy);
            guess = least > 0.5 && refuted / guess < 1 + Tolerance ? refuted / (1 + (0.9 * Tolerance)) : guess * (1 + (0.4 * Tolerance));
            _ = AccuracyAt(guess > allowed.Key * (1 + (0.1 * Tolerance)) && guess < refuted ? guess : Math.Sqrt(allowed.Key * refuted));
        }
    }

    private double AccuracyAt(double factor)
    {
        if (!known.TryGetValue(factor, out var accuracy))
        {
            known[factor] = accuracy = (1 + curveOf(factor).DeltaOf(0)) / 2;
        }

        return accuracy;
    }
}
