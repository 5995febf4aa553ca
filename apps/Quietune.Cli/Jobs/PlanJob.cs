using Quietune.Privacy.Profiles;
using Quietune.Reporting;
using Quietune.Tuning.Planning.Forecasts;

namespace Quietune.Cli.Jobs;

/// <summary>Forecasts for several geometries, from public rows.</summary>
internal static class PlanJob
{
    private const int MostStandIns = 500;

    /// <summary>Foretells each candidate; a candidate that the public rows do not suffice for ends the job.</summary>
    /// <returns>The largest gain of a step that was tried first.</returns>
    /// <exception cref="BadInputException">The public rows do not suffice.</exception>
    public static IReadOnlyList<Forecast> Run(PublicInputs inputs, IReadOnlyList<ForecastCandidate> candidates, IProgress<double> progress, CancellationToken cancellationToken)
    {
        var (request, size) = (inputs.Request, inputs.NominalSize);
        var scenarios = Inputs.Checked(() => Scenarios.Of(inputs.Model, inputs.Loss, inputs.Rows, Math.Min(size, MostStandIns)));
        using var forecaster = new Forecaster(inputs.Expansion, inputs.Rows, scenarios, size, GaussianProfile.MuOf(request.Budget), request.Adjacency, Scenarios.Measure(inputs.Loss));
        var forecasts = new List<Forecast>();
        foreach (var candidate in candidates)
        {
            cancellationToken.ThrowIfCancellationRequested();
            forecasts.Add(Inputs.Checked(() => forecaster.Of(candidate, cancellationToken)));
            progress.Report((double)forecasts.Count / candidates.Count);
        }

        return [.. forecasts.OrderByDescending(forecast => forecast.TriedGain)];
    }

    /// <summary>What the page tells.</summary>
    public static PlanningStory Story(PublicInputs inputs, IReadOnlyList<Forecast> forecasts) => new(
        $"{Path.GetFileName(inputs.Request.Model)}, planned",
        inputs.Request.Budget.Epsilon,
        inputs.Request.Budget.Delta,
        inputs.NominalSize,
        [.. forecasts.Select(forecast => new PlannedGeometry(
            forecast.Candidate.Name,
            forecast.Dimension,
            forecast.NoisePerCoordinate,
            forecast.TotalNoise,
            forecast.Signal,
            forecast.Excess,
            forecast.ExcessTail,
            forecast.Benefit,
            forecast.Scenarios.Min(scenario => scenario.Benefit),
            forecast.NoiseCost,
            forecast.TriedDecrease,
            forecast.TriedGain,
            forecast.EnergyKept,
            forecast.BuildSeconds,
            forecast.PassSeconds,
            forecast.Bytes))],
        [
            new("measure", Scenarios.MeasureName(inputs.Loss), "of the steps that were tried"),
            new("model", Path.GetFileName(inputs.Request.Model), $"{inputs.Model.ParameterCount} parameters to tune"),
            new("public rows", $"{inputs.Rows.Count}", "a sample, where there are more"),
            new("loss", inputs.Loss.Name),
            new("scenarios", string.Join("; ", forecasts[0].Scenarios.Select(scenario => scenario.Name)), "how private rows may differ from public ones"),
        ]);
}
