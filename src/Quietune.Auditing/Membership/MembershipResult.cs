using Quietune.Auditing.Claims;

namespace Quietune.Auditing.Membership;

/// <summary>What one attack on membership found, beside what the promise allows.</summary>
/// <param name="Attack">Its name.</param>
/// <param name="Roc">Its curve.</param>
/// <param name="LargestAdvantage">The most that the promise allows on average.</param>
/// <param name="LargestHitRateAtTenthPercent">The same of the hit rate at 0.1 % false alarms.</param>
/// <param name="LargestHitRateAtOnePercent">And at 1 %.</param>
public sealed record MembershipResult(string Attack, Roc Roc, double LargestAdvantage, double LargestHitRateAtTenthPercent, double LargestHitRateAtOnePercent)
{
    /// <summary>Every attack on the same models.</summary>
    /// <param name="runs">The models; at least three.</param>
    /// <param name="claim">What was promised.</param>
    /// <exception cref="ArgumentException">There are fewer than three models.</exception>
    public static IReadOnlyList<MembershipResult> Of(ShadowRuns runs, PrivacyClaim claim) => runs.Count < 3
        ? throw new ArgumentException($"Expected at least 3 models, of which one is attacked by what the others show, got {runs.Count}.", nameof(runs))
        : [.. MembershipAttacks.All.Select(attack => new MembershipResult(
            attack.Name, Roc.Of(attack.Scores(runs), runs.Truth), (2 * claim.LargestAccuracy) - 1, claim.LargestHitRate(0.001), claim.LargestHitRate(0.01)))];
}
