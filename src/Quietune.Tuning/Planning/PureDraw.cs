using Quietune.Privacy.Budgets;
using Quietune.Privacy.Noise;
using Quietune.Privacy.Profiles;
using Quietune.Tuning.Mechanism;

namespace Quietune.Tuning.Planning;

/// <summary>One draw with δ = 0: the same search, with fewer coordinates, and with a ball.</summary>
/// <remarks>The error of a purely private draw grows as k/ε, where a normal's grows as √k/ε, so few coordinates are tried as well (docs/derivations/pure-dp.md).</remarks>
internal static class PureDraw
{
    // For settings that do not depend on the noise.
    private const double AnyDelta = 1e-5;

    private static readonly double[] Dimensions = [1, 2, 3, 5, 10, 20, 30, 60, 100, 300, 1000];

    private static PlanAxis LargestMean { get; } = new(
        "largest mean", [0.05, 0.1, 0.2, 0.4, 0.7, 1], (candidate, value) => candidate with { Plan = candidate.Plan with { Ball = candidate.Plan.Ball! with { LargestMean = value } } });

    /// <summary>The first candidate and the axes of its search.</summary>
    /// <exception cref="ArgumentException">The method is not <see cref="Methods.OneDraw"/>, or ε is too small for a single coordinate.</exception>
    public static (Candidate Start, IReadOnlyList<PlanAxis> Axes) Of(string method, string loss, double epsilon, long nominalSize, long dimension, Adjacency adjacency)
    {
        if (method != Methods.OneDraw)
        {
            throw new ArgumentException($"Expected the method {Methods.OneDraw}, which alone can be purely private (delta 0), got {method}.", nameof(method));
        }

        var (start, axes) = Methods.Of(method, loss, new PrivacyBudget(epsilon, AnyDelta), nominalSize, dimension, adjacency);
        var ball = new Ball(1);

        // Throws, and names the smallest ε, where not even one coordinate can be drawn.
        _ = new TruncatedExponentialMechanism(epsilon, 1, nominalSize, 1, adjacency, ball);
        var sensitivity = new QuadraticExponentialMechanism(1, 1, nominalSize, 1, adjacency).SumSensitivity * (1 + QuadraticMechanism.RoundingAllowance);
        double[] fitting = [.. Dimensions.Where(k => k < dimension).Append(dimension).Where(k => k <= 1000 && Fits((int)k))];
        var few = new PlanAxis("dimension", fitting, (candidate, value) => candidate with { Plan = candidate.Plan with { Geometry = candidate.Plan.Geometry with { Dimension = (long)value } } });
        var plan = start.Plan with
        {
            Delta = 0,
            Mu = PureProfile.MuOf(epsilon),
            Ball = ball with { LargestMean = 0.2 },
            Geometry = start.Plan.Geometry with { Dimension = (long)fitting[fitting.Length / 2] },
        };
        PlanAxis[] own = [few, LargestMean];
        return (start with { Plan = plan }, axes.Any(axis => axis.Name == few.Name) ? [.. axes.SelectMany(axis => axis.Name == few.Name ? own : [axis])] : [.. own, .. axes, .. own]);

        // All lengths grow with the clip norm together, so what fits for one fits for all.
        bool Fits(int k) => new TruncatedLatticeNoise(epsilon, sensitivity, k, ball.LargestMean * nominalSize).Radius <= ball.LargestRadius * nominalSize;
    }
}
