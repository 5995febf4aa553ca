namespace Quietune.Tuning.Certificates;

/// <summary>The ball on which a purely private draw lies, and how often a draw falls into it.</summary>
/// <param name="Radius">R: the released parameters lie within it around the pretrained ones, in the curvature's norm ‖θ − θ₀‖_A.</param>
/// <param name="LargestSum">The length to which the whitened sum is shortened.</param>
/// <param name="AcceptanceAtLeast">A proven lower bound on the share of tries that are kept, whatever the private rows.</param>
/// <param name="AcceptanceMeasured">The share kept for a sum of the largest length, where it is smallest; measured with seeded noise and no private row, because the
/// tries of the private draw itself would tell of its rows.</param>
public sealed record CertifiedBall(double Radius, double LargestSum, double AcceptanceAtLeast, double AcceptanceMeasured);
