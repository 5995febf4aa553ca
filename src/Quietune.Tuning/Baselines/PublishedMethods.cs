using Quietune.Tuning.Geometry;
using Quietune.Tuning.Planning;

namespace Quietune.Tuning.Baselines;

/// <summary>Published methods as configurations of the one loop: a start from their papers' settings, and the axes on which a rehearsal tunes them.</summary>
/// <remarks>Each differs from the others in a few fields of its plan alone, so that a comparison is fair by construction. Step sizes are in units of 1/C, but for Adam.</remarks>
public static class PublishedMethods
{
    /// <summary>Poisson-sampled gradient descent in large batches (Abadi et al. 2016; large batches: Ponomareva et al. 2023, section 5.4).</summary>
    public const string DpSgd = "dp-sgd";

    /// <summary>Adam on large batches with the noise taken off its second moment (Tang, Shpilevskiy &amp; Lécuyer 2023).</summary>
    public const string DpAdam = "dp-adam";

    /// <summary>Large batches, augmentation multiplicity and an average of the iterates (De et al. 2022).</summary>
    public const string DpSgdAugmented = "dp-sgd-augmented";

    /// <summary>The last layer alone (Tramèr &amp; Boneh 2021; Mehta et al. 2023).</summary>
    public const string LastLayer = "last-layer";

    /// <summary>Biases and the last layer (Ben Zaken et al. 2022; with privacy Bu et al. 2022).</summary>
    public const string BitFit = "bitfit";

    /// <summary>Low-rank adapters with the random side fixed (Yu et al. 2022; Zhang et al. 2023).</summary>
    public const string DpLora = "dp-lora";

    /// <summary>Gradients divided by the root of public second moments before clipping (Li et al. 2022).</summary>
    public const string AdaDps = "adadps";

    /// <summary>Public principal directions and the residual, each with a clip norm (Yu et al. 2021).</summary>
    public const string Gep = "gep";

    /// <summary>Gradients centred on the public gradient before clipping (Nasr et al. 2023).</summary>
    public const string Dope = "dope";

    /// <summary>Kronecker preconditioning from noise inputs and random labels (Molina et al. 2026).</summary>
    public const string DpKfc = "dp-kfc";

    /// <summary>Names of all methods here.</summary>
    public static IReadOnlyList<string> Names { get; } = [DpSgd, DpAdam, DpSgdAugmented, LastLayer, BitFit, DpLora, AdaDps, Gep, Dope, DpKfc];

    /// <summary>A method's first candidate and the axes of its search; null if no method here has the name.</summary>
    /// <param name="plan">The budget, the loss and the sizes.</param>
    public static (Candidate Start, IReadOnlyList<PlanAxis> Axes)? Of(TuningPlan plan)
    {
        var full = plan with { Rounds = 20, Momentum = 0.9, StepSize = 0.02 };
        var sampled = plan with { Rounds = 100, SamplingRate = 0.2, StepSize = 0.1 };
        IReadOnlyList<PlanAxis> fullAxes = [StepSize, Rounds, StepSize, ClipQuantile];
        IReadOnlyList<PlanAxis> sampledAxes = [StepSize, SampledRounds, SamplingRate, StepSize, ClipQuantile];
        return plan.Method switch
        {
            DpSgd => (new(sampled, 0.3), sampledAxes),
            DpAdam => (new(plan with { Rounds = 50, SamplingRate = 0.5, StepSize = 0.002, Adam = new() }, 0.3), [AdamStep, SampledRounds, AdamFloor, AdamStep, ClipQuantile]),
            DpSgdAugmented => (new(sampled with { Rounds = 50, Augmentations = 8, Averaging = 0.9 }, 0.3), [StepSize, SamplingRate, StepSize, Averaging]),
            LastLayer => (new(full with { Geometry = GeometryPlan.Identity with { Subset = "head" } }, 0.3), fullAxes),
            BitFit => (new(full with { Geometry = GeometryPlan.Identity with { Subset = "bias,head" } }, 0.3), fullAxes),
            DpLora => (new(full with { Geometry = GeometryPlan.Identity with { Kind = "low-rank", Rank = 8, Seed = 1 } }, 0.3), [StepSize, Rank, Rounds, StepSize, ClipQuantile]),
            AdaDps => (
                new(full with { Geometry = new("diagonal", null, 0.1, null) { StepsFlat = true }, CurvatureEvery = 5 }, 0.3), [StepSize, Rounds, Damping, StepSize, ClipQuantile]),
            // Its paper refreshes the directions every round, which takes longer than the rounds themselves.
            Gep => (new(full with { Geometry = new("gep", 100, 1, null), CurvatureEvery = 4 }, 0.3), [StepSize, Directions, Rounds, StepSize]),
            Dope => (new(full with { Centred = true }, 0.3), [StepSize, Rounds, ClipQuantile, StepSize]),
            DpKfc => (
                new(full with { Geometry = new("kronecker", null, 0.1, 0) { StepsFlat = true, NoiseInputs = true }, CurvatureEvery = 10 }, 0.3),
                [StepSize, Rounds, Damping, StepSize, ClipQuantile]),
            _ => null,
        };
    }

    private static PlanAxis StepSize { get; } = Plan("step size", [0.0025, 0.005, 0.01, 0.02, 0.04, 0.08, 0.16, 0.32], (plan, value) => plan with { StepSize = value });

    private static PlanAxis AdamStep { get; } = Plan("step size", [0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01], (plan, value) => plan with { StepSize = value });

    private static PlanAxis AdamFloor { get; } = Plan("least second moment", [0.001, 0.01, 0.1, 1], (plan, value) => plan with { Adam = plan.Adam! with { Floor = value } });

    private static PlanAxis Rounds { get; } = Plan("rounds", [5, 10, 20, 50], (plan, value) => plan with { Rounds = (int)value });

    private static PlanAxis SampledRounds { get; } = Plan("rounds", [25, 50, 100, 200], (plan, value) => plan with { Rounds = (int)value });

    private static PlanAxis SamplingRate { get; } = Plan("sampling rate", [0.1, 0.2, 0.5], (plan, value) => plan with { SamplingRate = value });

    private static PlanAxis Averaging { get; } = Plan("averaging", [0, 0.9, 0.97], (plan, value) => plan with { Averaging = value });

    private static PlanAxis Damping { get; } = Plan("damping", [0.01, 0.1, 1], (plan, value) => plan with { Geometry = plan.Geometry with { Damping = value } });

    private static PlanAxis Directions { get; } = Plan("directions", [30, 100, 300], (plan, value) => plan with { Geometry = plan.Geometry with { Dimension = (long)value } });

    private static PlanAxis Rank { get; } = Plan("rank", [2, 8, 32], (plan, value) => plan with { Geometry = plan.Geometry with { Rank = (long)value } });

    private static PlanAxis ClipQuantile { get; } = new("clip quantile", [0.1, 0.2, 0.4, 0.7], (c, value) => c with { ClipQuantile = value });

    private static PlanAxis Plan(string name, IReadOnlyList<double> values, Func<TuningPlan, double, TuningPlan> apply) =>
        new(name, values, (c, value) => c with { Plan = apply(c.Plan, value) });
}
