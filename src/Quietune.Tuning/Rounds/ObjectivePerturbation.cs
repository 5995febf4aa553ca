using Quietune.Privacy.Budgets;
using Quietune.Privacy.Profiles;
using Quietune.Tuning.Mechanism;
using Quietune.Tuning.Models;
using Quietune.Tuning.Planning;

namespace Quietune.Tuning.Rounds;

/// <summary>How much penalty and how much noise the objective needs, so that its approximate minimum, with a little noise of its own, is (ε, δ)-private.</summary>
/// <remarks>
/// Guarantee: with b ~ N(0, σ²I) in Σ ℓ + (Λ/2)‖θ − θ₀‖² + ⟨b, θ⟩, rows shortened to gradients of at most C, and what is found released with noise of its own,
/// δ(ε) ≤ F·δ_G(ε − B; μ), δ_G the profile of μ-Gaussian differential privacy (docs/derivations/linear-models.md, "Objective perturbation").
/// Source: Kifer, Smith &amp; Thakurta 2012; Iyengar et al. 2019 for minima that are found approximately; Redberg, Koskela &amp; Wang 2023 for privacy by profile.
/// </remarks>
/// <param name="Penalty">Λ, at least what keeps B to half of ε.</param>
/// <param name="NoiseScale">σ of each number of b.</param>
/// <param name="OutputMu">μ of the noise on what is found.</param>
internal sealed record ObjectivePerturbation(double Penalty, double NoiseScale, double OutputMu)
{
    /// <summary>τ over C: how short the gradient is where the search ends.</summary>
    public const double Tolerance = 1e-5;

    // The share of ε that the change of volume may take: where it takes less, the noise takes the rest.
    private const double MostOfEpsilon = 0.5;

    // The share of μ² on the noise of what is found, which is then small beside the noise of the objective.
    private const double OutputShare = 0.01;

    /// <summary>Calibrates.</summary>
    /// <param name="plan">A plan that perturbs the objective.</param>
    /// <param name="loss">Cross-entropy or binary.</param>
    /// <param name="outputs">K, the layer's outputs.</param>
    public static ObjectivePerturbation Of(TuningPlan plan, LossFunction loss, long outputs)
    {
        var longest = plan.ClipNorm / PenalisedMinimum.SlopeOf(loss);
        var penalty = Math.Max(plan.Penalty!.Value * plan.NominalSize, LeastPenalty(loss, outputs, longest, MostOfEpsilon * plan.Epsilon));
        var left = plan.Epsilon - LargestVolume(loss, outputs, longest, penalty);
        var mu = GaussianProfile.MuOf(new(left, plan.Delta / Cases(loss, outputs, plan.Adjacency)));
        var sensitivity = plan.Adjacency == Adjacency.ReplaceOne ? 2 : 1;
        return new(penalty, sensitivity * plan.ClipNorm * (1 + QuadraticMechanism.RoundingAllowance) / (mu * Math.Sqrt(1 - OutputShare)), mu * Math.Sqrt(OutputShare));
    }

    /// <summary>The mechanism that releases what was found: in either world it lies within a gradient of τ of the minimum.</summary>
    public QuadraticMechanism Output(TuningPlan plan, long dimension) =>
        new QuadraticExponentialMechanism(OutputMu, 2 * Tolerance * plan.ClipNorm, plan.NominalSize, dimension, plan.Adjacency);

    /// <summary>B: by how much one row can change the logarithm of the volume, log det(I + ∇²ℓ/Λ).</summary>
    /// <remarks>One curvature of at most ¼‖x‖² for one logit; K − 1 that sum to at most (1 − 1/K)‖x‖² for K classes, and the logarithm is concave.</remarks>
    internal static double LargestVolume(LossFunction loss, long outputs, double longest, double penalty) =>
        loss == LossFunction.Binary ? LogOf1And(longest * longest / (4 * penalty)) : (outputs - 1) * LogOf1And(longest * longest / (outputs * penalty));

    /// <summary>F: the corners at which the convex privacy loss can be largest, and the one where the row adds nothing.</summary>
    internal static int Cases(LossFunction loss, long outputs, Adjacency adjacency)
    {
        var corners = loss == LossFunction.Binary ? 2 : (int)outputs;
        return adjacency == Adjacency.ReplaceOne ? corners * corners : corners;
    }

    // log(1 + x) to all digits near 0, pushed up past its rounding.
    private static double LogOf1And(double x) => 2 * Math.Atanh(x / (2 + x)) * (1 + 1e-14);

    private static double LeastPenalty(LossFunction loss, long outputs, double longest, double volume) => loss == LossFunction.Binary
        ? longest * longest / (4 * (Math.Exp(volume) - 1))
        : longest * longest / (outputs * (Math.Exp(volume / (outputs - 1)) - 1));
}
