using Quietune.Privacy.Budgets;
using Quietune.Privacy.Profiles;
using Quietune.Tuning.Baselines;
using Quietune.Tuning.Models;

namespace Quietune.Tuning.Planning;

/// <summary>The methods as starting points and axes of a rehearsal: a method is a configuration, never a trainer of its own.</summary>
public static class Methods
{
    /// <summary>One exact draw in a truncated Kronecker eigenbasis, its length set by the public trust region.</summary>
    public const string OneDraw = "one-draw";

    /// <summary>Several draws, each after a pass at the parameters reached, in a truncated Kronecker eigenbasis, within the public trust region.</summary>
    public const string Draws = "draws";

    /// <summary>Full-batch differentially private gradient descent with momentum (Abadi et al. 2016, without subsampling), fixed steps.</summary>
    public const string DpGd = "dp-gd";

    /// <summary>Names of the methods that are our own.</summary>
    public static IReadOnlyList<string> Ours { get; } = [OneDraw, Draws];

    /// <summary>Names of all methods.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Ours, DpGd, .. PublishedMethods.Names];

    /// <summary>Whether a method is our own, here or among <see cref="LinearHeads.Names"/>.</summary>
    /// <param name="name">Its name.</param>
    public static bool IsOurs(string name) => Ours.Contains(name) || name is AutoMethod.Name or LinearHeads.HalfWhitened;

    /// <summary>A method's first candidate and the axes of its search.</summary>
    /// <param name="name">One of <see cref="Names"/>, of <see cref="Ablations.Names"/> or of <see cref="LinearHeads.Names"/>.</param>
    /// <param name="loss">The loss's name.</param>
    /// <param name="budget">ε and δ of the run.</param>
    /// <param name="nominalSize">N.</param>
    /// <param name="dimension">How many trainable numbers the model has.</param>
    /// <param name="adjacency">What a neighbour is.</param>
    /// <exception cref="ArgumentException">No method has this name, or δ is 0 and the method makes more than one draw, or ε is too small for one.</exception>
    public static (Candidate Start, IReadOnlyList<PlanAxis> Axes) Of(
        string name, string loss, PrivacyBudget budget, long nominalSize, long dimension, Adjacency adjacency = Adjacency.AddRemove)
    {
        if (budget.IsPure)
        {
            return PureDraw.Of(name, loss, budget.Epsilon, nominalSize, dimension, adjacency);
        }

        if (Ablations.Of(name, method => Of(method, loss, budget, nominalSize, dimension, adjacency)) is { } variant)
        {
            return variant;
        }

        var plan = new TuningPlan
        {
            Method = name,
            Loss = loss,
            Geometry = GeometryPlan.Identity,
            ClipNorm = 1,
            NominalSize = nominalSize,
            Adjacency = adjacency,
            Epsilon = budget.Epsilon,
            Delta = budget.Delta,
            Mu = GaussianProfile.MuOf(budget),
        };
        return name switch
        {
            OneDraw when IsOfRisks(loss, dimension) => (
                new(plan with { Geometry = Damped(plan, dimension), TrustRadius = 0.005 }, 0.95),
                [SmallTrustRadius]),
            OneDraw => (
                new(plan with { Geometry = Cut(1000, dimension), TrustRadius = 0.05 }, 0.2),
                [Learned, EarlyWeight, Dimension(dimension), TrustRadius, ClipQuantile, Damping, Temperature, Dimension(dimension), TrustRadius]),
            Draws when IsOfRisks(loss, dimension) => (
                new(SmallSteps(plan with { Geometry = Damped(plan, dimension), Rounds = 10 }, dimension), QuantileOfRisks),
                [SmallTrustRadius]),
            Draws => (
                new(Started(plan, dimension), 0.2),
                nominalSize > MostRowsRehearsed ? [ClipQuantile] : [Learned, Dimension(dimension), EarlyWeight, DrawCount, TrustRadius, ClipQuantile, Momentum, Dimension(dimension), DrawCount]),
            DpGd => ClippedAsOurs(
                IsOfRisks(loss, dimension),
                new(plan with { Rounds = 20, Momentum = 0.9, StepSize = 0.02 }, 0.3),
                [StepSize, Rounds, StepSize, ClipQuantile]),
            _ when PublishedMethods.Of(plan) is { } published => ClippedAsOurs(IsOfRisks(loss, dimension), published.Start, published.Axes),
            _ => LinearHeads.Of(plan) ?? throw new ArgumentException($"Expected a method of {string.Join(", ", Names)}, got {name}.", nameof(name)),
        };
    }

    // A release's noise is C/μ against a sum of N rows: with more of μN, more coordinates and more rounds stand out from it.
    private static TuningPlan Started(TuningPlan plan, long dimension)
    {
        var signal = plan.Mu * plan.NominalSize;
        return plan with
        {
            Geometry = Cut(signal < 300 ? 600 : signal < Plenty ? 1000 : 10_000, dimension),
            TrustRadius = signal < Plenty ? 0.0125 : 0.05,
            Rounds = (int)DrawCounts.MinBy(rounds => Math.Abs(Math.Log(rounds * 12 / signal))),
            Momentum = 0.3,
            AdaptsRadius = signal is >= EnoughToTellTheWay and < Plenty,
        };
    }

    /// <summary>What was found for our methods where an outcome is rare holds for all others too.</summary>
    private static (Candidate Start, IReadOnlyList<PlanAxis> Axes) ClippedAsOurs(bool isOfRisks, Candidate start, IReadOnlyList<PlanAxis> axes) => isOfRisks
        ? (start with { ClipQuantile = QuantileOfRisks }, [.. axes.Where(axis => axis.Name != ClipQuantile.Name)])
        : (start, axes);

    /// <summary>Models of so many parameters or fewer, and all of yes-or-no outcomes, have settings of their own (docs/benchmarks/icu.md): steps in nearly the plain metric, and little clipping.</summary>
    /// <remarks>
    /// A rare outcome has the long gradients, so that a low clip norm makes it rarer: even a model that is right would then be led away. Which quantile, dimension and damping
    /// are best does not show on invented scenarios, whose outcomes are as common as the scenario says: they are not searched.
    /// </remarks>
    internal const long LargestSmallModel = 1000;

    private const double QuantileOfRisks = 0.9;

    private static bool IsOfRisks(string loss, long dimension) => dimension <= LargestSmallModel || loss == LossFunction.Binary.Name;

    // With more of μN, more coordinates stand out from the noise.
    private static GeometryPlan Damped(TuningPlan plan, long dimension) => GeometryPlan.Kronecker(plan.Mu * plan.NominalSize < 1500 ? Math.Min(100, dimension) : dimension, 100);

    // Steps that remember the last go as far together at half the length, and point better; a recurrent network of ten thousand parameters gained less by them (docs/benchmarks/icu.md).
    private static TuningPlan SmallSteps(TuningPlan plan, long dimension) => dimension <= LargestSmallModel
        ? plan with { TrustRadius = 0.00025, Momentum = 0.7 }
        : plan with { TrustRadius = 0.0005 };

    private static PlanAxis SmallTrustRadius { get; } = new("trust radius", [0.000125, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.03, 0.1], (c, value) => c with { Plan = c.Plan with { TrustRadius = value } });

    private static readonly double[] DrawCounts = [2, 3, 5, 8, 12, 20];

    // Below this the noise on a release's part along the way is larger than what it is compared with (AdaptiveRadius).
    private const double EnoughToTellTheWay = 100;

    // From here on little noise is left, and what AdaptiveRadius was made for does not hold: it narrowed a way of 30,000 rows that was right (docs/benchmarks/mnist.md).
    private const double Plenty = 1000;

    // Fewer rows stand in for more than so many. Their noise can be scaled, but not what so few rows leave out, and a search would find the short way in few coordinates that suits few rows
    // (docs/benchmarks/mnist.md, 30,000 rows): then the start stays.
    private const long MostRowsRehearsed = 5_000;

    private static GeometryPlan Cut(long coordinates, long dimension) => GeometryPlan.Kronecker(Math.Min(coordinates, dimension)) with { EarlyWeight = 10, Learned = coordinates <= MostBesideLearned ? 100 : 0 };

    // With so many rows that more coordinates than these stand out from the noise, nothing has to be known beforehand.
    private const long MostBesideLearned = 1000;

    private static PlanAxis Learned { get; } = Geometry("learned directions", [0, 30, 60, 100, 150], (g, value) => g with { Learned = g.Dimension <= MostBesideLearned ? (int)value : 0 });

    private static PlanAxis EarlyWeight { get; } = Geometry("early weight", [0.1, 1, 3, 10, 30], (g, value) => g with { EarlyWeight = value });

    private static PlanAxis Momentum { get; } = new("momentum", [0, 0.3, 0.5, 0.7], (c, value) => c with { Plan = c.Plan with { Momentum = value } });

    private static PlanAxis DrawCount { get; } = new("rounds", DrawCounts, (c, value) => c with { Plan = c.Plan with { Rounds = (int)value } });

    private static PlanAxis TrustRadius { get; } = new("trust radius", [0.00625, 0.0125, 0.025, 0.05, 0.1, 0.2], (c, value) => c with { Plan = c.Plan with { TrustRadius = value } });

    private static PlanAxis ClipQuantile { get; } = new("clip quantile", [0.1, 0.2, 0.4, 0.7], (c, value) => c with { ClipQuantile = value });

    private static PlanAxis Damping { get; } = Geometry("damping", [0.001, 0.01, 0.1], (g, value) => g with { Damping = value });

    private static PlanAxis Temperature { get; } = Geometry("temperature", [0.1, 0.3, 0.6], (g, value) => g with { Temperature = value });

    // The step in units of 1/C: a unit at the clip norm moves the parameters by this over N. Twice on the road, at other round counts.
    private static PlanAxis StepSize { get; } = new("step size", [0.0025, 0.005, 0.01, 0.02, 0.04, 0.08, 0.16], (c, value) => c with { Plan = c.Plan with { StepSize = value } });

    private static PlanAxis Rounds { get; } = new("rounds", [5, 10, 20, 50], (c, value) => c with { Plan = c.Plan with { Rounds = (int)value } });

    private static PlanAxis Dimension(long largest) => Geometry(
        "dimension",
        [.. (largest <= LargestSmallModel ? new double[] { 10, 30, 60 } : []), .. new double[] { 100, 300, 600, 1000, 2000, 4000, 10_000, 30_000 }.Where(k => k < largest), largest],
        (g, value) => g with { Dimension = (long)value, Learned = value <= MostBesideLearned ? g.Learned : 0 });

    private static PlanAxis Geometry(string name, IReadOnlyList<double> values, Func<GeometryPlan, double, GeometryPlan> apply) =>
        new(name, values, (c, value) => c with { Plan = c.Plan with { Geometry = apply(c.Plan.Geometry, value) } });
}
