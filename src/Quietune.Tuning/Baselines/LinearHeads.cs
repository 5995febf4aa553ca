using Quietune.Tuning.Planning;

namespace Quietune.Tuning.Baselines;

/// <summary>Methods for a linear layer from zero weights over fixed features, as configurations of the one loop.</summary>
/// <remarks>Derivations and the sources of each constant: docs/derivations/linear-models.md.</remarks>
public static class LinearHeads
{
    /// <summary>Ours: full-batch rounds with momentum, in the fourth root of the public second moments.</summary>
    public const string HalfWhitened = "half-whitened";

    /// <summary>Full-batch gradient descent on the features as they are (Tramèr &amp; Boneh 2021, with every row in each round).</summary>
    public const string Plain = "plain-rounds";

    /// <summary>The penalised minimum with normal noise on it (Chaudhuri, Monteleoni &amp; Sarwate 2011; Wu et al. 2017).</summary>
    public const string OutputPerturbation = "output-perturbation";

    /// <summary>The minimum of a penalised loss with noise in the objective (Kifer, Smith &amp; Thakurta 2012; Iyengar et al. 2019; Redberg, Koskela &amp; Wang 2023).</summary>
    public const string ObjectivePerturbation = "objective-perturbation";

    /// <summary>Least squares from noisy sufficient statistics, with the ridge that the noise asks for (Wang 2018).</summary>
    public const string AdaSsp = "adassp";

    /// <summary>Gradient descent turned by the inverse of noisy feature moments (Mehta et al. 2023).</summary>
    public const string FeatureCovariance = "dp-fc";

    /// <summary>Newton's steps, with noise on the gradient and on the Hessian of every round (Avella-Medina, Bradshaw &amp; Loh 2023; Ganesh et al. 2023).</summary>
    public const string Newton = "dp-newton";

    /// <summary>Names of all methods here.</summary>
    public static IReadOnlyList<string> Names { get; } = [HalfWhitened, Plain, OutputPerturbation, ObjectivePerturbation, AdaSsp, FeatureCovariance, Newton];

    /// <summary>Those that also suit a layer of one logit which was fitted before: they begin at any weights.</summary>
    public static IReadOnlyList<string> OfOneLogit { get; } = [OutputPerturbation, ObjectivePerturbation, FeatureCovariance, Newton];

    /// <summary>A method's first candidate and the axes of its search; null if no method here has the name.</summary>
    /// <param name="plan">The budget, the loss and the sizes.</param>
    public static (Candidate Start, IReadOnlyList<PlanAxis> Axes)? Of(TuningPlan plan)
    {
        var rounds = plan with { Rounds = 20, Momentum = 0.8 };
        return plan.Method switch
        {
            HalfWhitened => (
                new(rounds with { StepSize = 16, Geometry = new("diagonal", null, 0.01, null) { Exponent = 0.25 } }, 0.5) { ClipFactor = 0.3 },
                [StepSize, ClipFactor]),
            Plain => (new(rounds with { StepSize = 16 }, 0.5) { ClipFactor = 0.3 }, [StepSize, ClipFactor]),
            OutputPerturbation => (new(plan with { Penalty = 0.01 }, 0.9), [Penalty, Shortening, Penalty]),

            // The noise in the objective is divided by the whole curvature and not by the penalty alone, so that a small penalty does.
            ObjectivePerturbation => (new(plan with { Penalty = 0.0003, PerturbsObjective = true }, 0.9), [SmallPenalty, Shortening, SmallPenalty]),

            // From zero weights the gradient of cross-entropy is x·(1/K − y)ᵀ: one round releases XᵀY of centred labels.
            AdaSsp => (new(plan with { Moments = new(0.5, 1) }, 0.9), [Ridge]),
            FeatureCovariance => (new(rounds with { StepSize = 2, Rounds = 10, Moments = new(0.3, 1) }, 0.5) { ClipFactor = 0.3 }, [MomentStep, Ridge, ClipFactor]),
            Newton => (new(plan with { StepSize = 1, Rounds = 5, Moments = new(0.3, 1) { Curved = true } }, 0.5) { ClipFactor = 0.3 }, [Ridge, Rounds, NewtonStep, ClipFactor]),
            _ => null,
        };
    }

    // In units of the clip norm's inverse, as everywhere.
    private static PlanAxis StepSize { get; } = new("step size", [4, 8, 16, 32, 64, 128], (c, value) => c with { Plan = c.Plan with { StepSize = value } });

    // The curvature of ten equal classes is a tenth of the moments: 10 is a whole Newton step, momentum aside.
    private static PlanAxis MomentStep { get; } = new("step size", [0.5, 1, 2, 4, 8], (c, value) => c with { Plan = c.Plan with { StepSize = value } });

    // 1 is Newton's own.
    private static PlanAxis NewtonStep { get; } = new("step size", [0.25, 0.5, 1], (c, value) => c with { Plan = c.Plan with { StepSize = value } });

    private static PlanAxis Rounds { get; } = new("rounds", [1, 2, 5, 10], (c, value) => c with { Plan = c.Plan with { Rounds = (int)value } });

    private static PlanAxis Ridge { get; } = new("ridge", [0.1, 0.3, 1, 3], (c, value) => c with { Plan = c.Plan with { Moments = c.Plan.Moments! with { Damping = value } } });

    private static PlanAxis Penalty { get; } = new("penalty", [0.001, 0.003, 0.01, 0.03, 0.1, 0.3], (c, value) => c with { Plan = c.Plan with { Penalty = value } });

    private static PlanAxis SmallPenalty { get; } = new("penalty", [0.00003, 0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1], (c, value) => c with { Plan = c.Plan with { Penalty = value } });

    // Shorter rows need less noise and less of a penalty.
    private static PlanAxis Shortening { get; } = new("clip factor", [0.5, 1, 2, 4], (c, value) => c with { ClipFactor = value });

    private static PlanAxis ClipFactor { get; } = new("clip factor", [0.1, 0.3, 1], (c, value) => c with { ClipFactor = value });
}
