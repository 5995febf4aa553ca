using Quietune.Reporting;
using Quietune.Tuning.Geometry;
using Quietune.Tuning.Planning;
using Quietune.Tuning.Rounds;

namespace Quietune.Cli.Jobs;

/// <summary>What a plan releases of a model, measured on public rows.</summary>
internal static class RunGeometry
{
    private const int RowsOfLargeModels = 100;

    /// <summary>Measures it; the model stays where it is.</summary>
    public static GeometryStory Of(PublicExpansion expansion, GeometryPlan plan)
    {
        var rows = expansion.Model.LargestBatch >= Tuner.BatchSize ? EnergyKept.DefaultRows : RowsOfLargeModels;

        // The residual of principal directions has a clip norm of its own: its share means nothing beside theirs.
        // Directions are learned in a metric, and would be others without it.
        double? kept = plan.Kind == "gep" || plan.Learned > 0 ? null : EnergyKept.Of(expansion, plan, rows);
        var parameters = expansion.Model.Blocks.Sum(block => block.Count);
        return new(plan.Kind, Math.Min(plan.Dimension ?? parameters, parameters), parameters, kept is { } share && double.IsFinite(share) ? share : null, plan.Temperature is null ? null : plan.Damping, Spectrum(expansion, plan));
    }

    private static IReadOnlyList<SpectrumPoint> Spectrum(PublicExpansion expansion, GeometryPlan plan) => plan is { Kind: "kronecker", Subset: null, NoiseInputs: false }
        ? [.. CurvatureSpectrum.Of(expansion.CurvatureAt(plan.Temperature ?? 1)).Select(point => new SpectrumPoint(point.Rank, point.Curvature))]
        : [];
}
