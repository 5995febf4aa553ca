using Quietune.Reporting;
using Quietune.Tuning.Planning;

namespace Quietune.Cli.Jobs;

/// <summary>A plan in words, for people.</summary>
internal static class PlanText
{
    /// <summary>What a rehearsal chose.</summary>
    public static IReadOnlyList<NamedValue> Settings(RehearsalResult found) => Settings(found.Plan, found.ClipQuantile, found.Tried);

    /// <summary>What a rehearsal chose, from its file.</summary>
    public static IReadOnlyList<NamedValue> Settings(FrozenPlan frozen) => Settings(frozen.ReadPlan(), frozen.ClipQuantile, frozen.Tried);

    private static List<NamedValue> Settings(TuningPlan plan, double clipQuantile, int tried)
    {
        List<NamedValue> settings =
        [
            new("method", plan.Method, $"{plan.Rounds} pass{(plan.Rounds == 1 ? string.Empty : "es")} over the private rows"),
            new("clip norm C", $"{plan.ClipNorm:G4}", $"where {clipQuantile:P0} of the stand-in rows lie below"),
            new("geometry", plan.Geometry.Kind, "the whitening of gradients"),
            new("coordinates k", plan.Geometry.Dimension is { } k ? $"{k}" : "all", "released with noise"),
        ];
        if (plan.Geometry.Temperature is { } temperature)
        {
            settings.Add(new("damping", $"{plan.Geometry.Damping}", "in units of the mean curvature"));
            settings.Add(new("temperature τ", $"{temperature}", "of the labels that measure the curvature"));
        }

        if (plan.Ball is { } ball)
        {
            settings.Add(new("longest mean gradient", $"{ball.LargestMean} C", "longer ones are shortened, so that the ball of the purely private draw can be small"));
        }

        settings.Add(plan.TrustRadius is { } radius
            ? new("trust radius κ", $"{radius} nats", radius == 0 ? "the rehearsal predicted harm, so nothing was done" : "mean change of public predictions at most")
            : new("step size", $"{plan.StepSize:G4}", "fixed"));
        settings.Add(new("plans tried", $"{tried}", "each on public rows in the private rows' role"));
        return settings;
    }
}
