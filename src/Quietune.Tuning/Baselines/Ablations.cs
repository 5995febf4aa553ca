using Quietune.Tuning.Planning;

namespace Quietune.Tuning.Baselines;

/// <summary>Variants of methods with one part switched off or on, to see what it is worth: nothing but other plans of the one loop.</summary>
/// <remarks>The switch is thrown again on every candidate, so that no axis of the search can undo it; axes that lead nowhere then are left out.</remarks>
public static class Ablations
{
    /// <summary>Fixed steps, whose size the rehearsal searches, in place of the public trust region.</summary>
    private const string NoTrust = "-no-trust";

    /// <summary>Every coordinate of the eigenbasis released.</summary>
    private const string NoTruncation = "-no-truncation";

    /// <summary>No curvature: gradients as they are, in all coordinates.</summary>
    private const string NoWhitening = "-no-whitening";

    /// <summary>The curvature's labels drawn from the model's own predictions, τ = 1.</summary>
    private const string NoTempering = "-no-tempering";

    /// <summary>The eigenbasis alone, nothing learned from changes of public rows.</summary>
    private const string NoLearning = "-no-learning";

    /// <summary>The public trust region in place of fixed steps.</summary>
    private const string Trust = "-trust";

    // The whitened length of a step: the clip norm's inverse is its unit.
    private static readonly PlanAxis Steps = new(
        "step size", [0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100], (c, value) => c with { Plan = c.Plan with { StepSize = value } });

    // Steps of a hundred rounds are shorter than one draw's.
    private static readonly PlanAxis Radii = new(
        "trust radius", [0.0003, 0.001, 0.003, 0.01, 0.03, 0.1], (c, value) => c with { Plan = c.Plan with { TrustRadius = value } });

    private static readonly IReadOnlyDictionary<string, (Func<TuningPlan, TuningPlan> Throw, PlanAxis? Instead)> Switches = new Dictionary<string, (Func<TuningPlan, TuningPlan>, PlanAxis?)>
    {
        [NoTrust] = (plan => plan with { TrustRadius = null }, Steps),
        [NoTruncation] = (plan => plan with { Geometry = plan.Geometry with { Dimension = null, Learned = 0 } }, null),
        [NoWhitening] = (plan => plan with { Geometry = GeometryPlan.Identity }, null),
        [NoTempering] = (plan => plan with { Geometry = plan.Geometry with { Temperature = 1 } }, null),
        [NoLearning] = (plan => plan with { Geometry = plan.Geometry with { Learned = 0 } }, null),
        [Trust] = (plan => plan with { TrustRadius = plan.TrustRadius ?? 0.003, StepSize = 1 }, Radii),
    };

    private static readonly string[] Off = [NoTrust, NoTruncation, NoWhitening, NoTempering, NoLearning];

    /// <summary>Names of all variants.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        .. from method in Methods.Ours from part in Off select method + part,
        .. from method in new[] { Methods.DpGd, PublishedMethods.DpSgd, PublishedMethods.DpAdam } select method + Trust,
    ];

    /// <summary>A variant's first candidate and the axes of its search; null if no variant has the name.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="method">Start and axes of a method by its name.</param>
    public static (Candidate Start, IReadOnlyList<PlanAxis> Axes)? Of(string name, Func<string, (Candidate Start, IReadOnlyList<PlanAxis> Axes)> method)
    {
        if (!Names.Contains(name))
        {
            return null;
        }

        // The longest: one ends like another.
        var part = Switches.Keys.Where(part => name.EndsWith(part, StringComparison.Ordinal)).MaxBy(part => part.Length)!;
        var (turn, instead) = Switches[part];
        var (start, axes) = method(name[..^part.Length]);
        Candidate Thrown(Candidate candidate) => candidate with { Plan = turn(candidate.Plan) };
        var first = Thrown(start);
        var kept = axes.Select(axis => axis with { Apply = (candidate, value) => Thrown(axis.Apply(candidate, value)) })
            .Where(axis => axis.Values.Select(value => axis.Apply(first, value)).Distinct().Count() > 1);
        IReadOnlyList<PlanAxis> around = instead is null ? [] : [instead];
        return (first with { Plan = first.Plan with { Method = name } }, [.. around, .. kept, .. around]);
    }
}
