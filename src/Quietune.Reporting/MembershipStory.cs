namespace Quietune.Reporting;

/// <summary>What one attack on membership found.</summary>
/// <param name="Attack">Its name.</param>
/// <param name="Method">The method on trial.</param>
/// <param name="Epsilon">ε as promised there.</param>
/// <param name="Area">Under its curve.</param>
/// <param name="Advantage">The largest difference of hit rate and false-alarm rate.</param>
/// <param name="LargestAdvantage">The most that the promise allows.</param>
/// <param name="HitRateAtOnePercent">At a false-alarm rate of at most 1 %.</param>
/// <param name="LargestHitRateAtOnePercent">The most that the promise allows there.</param>
/// <param name="IsOfThisPromise">Whether method, ε and δ are this run's.</param>
/// <param name="Curve">Its points, with the attack's name.</param>
public sealed record MembershipStory(
    string Attack,
    string Method,
    double Epsilon,
    double Area,
    double Advantage,
    double LargestAdvantage,
    double HitRateAtOnePercent,
    double LargestHitRateAtOnePercent,
    bool IsOfThisPromise,
    IReadOnlyList<AttackPoint> Curve);
