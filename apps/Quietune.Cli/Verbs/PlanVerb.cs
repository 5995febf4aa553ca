using System.CommandLine;
using Quietune.Cli.Jobs;
using Quietune.Cli.Outputs;
using Quietune.Cli.Terminals;
using Quietune.Reporting;
using Quietune.Tuning.Planning.Forecasts;

namespace Quietune.Cli.Verbs;

/// <summary><c>quietune plan</c>: what one draw in several geometries would cost and bring, before any private row is read.</summary>
internal sealed class PlanVerb : Verb
{
    private readonly PublicOptions inputs = new();
    private readonly Option<string[]> candidates = new("--candidate")
    {
        Description = $"Geometries to foretell, as kind, kind:k or kind:k@parameters ({string.Join(", ", ForecastCandidate.Kinds)}); the usual ones by default.",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string?> html = new("--html") { Description = "Write the forecasts as a page with a figure, too." };

    /// <summary>Makes the verb.</summary>
    public PlanVerb(Terminal terminal)
        : base(
            terminal,
            "plan",
            "Foretells noise, excess loss, benefit, time and memory of one private draw in several geometries; no private row is read, no budget spent.",
            "quietune plan --model m.onnx --public public.csv --label y --epsilon 1 --delta 1e-5 --nominal-size 1400 --html plan.html")
    {
        foreach (var option in inputs.All.Append(candidates).Append(html))
        {
            Add(option);
        }
    }

    /// <inheritdoc/>
    protected override VerbResult Run(ParseResult arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        var request = inputs.Read(arguments);
        if (request.Budget.IsPure)
        {
            throw new BadInputException("--delta: expected a number above 0 for a forecast, got 0.");
        }

        var page = arguments.GetValue(html) is { } path ? OutputFile.Of(path, request.Model, request.PublicData, request.Preprocess ?? string.Empty) : null;
        var stages = new Stages(terminal);
        using var read = PublicInputs.Read(request, stages, cancellationToken);
        var chosen = arguments.GetValue(candidates) is { Length: > 0 } given
            ? [.. given.Select(text => Inputs.Checked(() => ForecastCandidate.Parse(text, read.Model.Blocks)))]
            : ForecastCandidate.Usual(read.Model.Blocks);
        var forecasts = stages.Run("foretelling from public rows", progress => PlanJob.Run(read, chosen, progress, cancellationToken));
        var file = page is null ? null : Written(page, PlanJob.Story(read, forecasts));
        return new(
            new
            {
                epsilon = request.Budget.Epsilon,
                delta = request.Budget.Delta,
                nominalSize = read.NominalSize,
                parameters = read.Model.ParameterCount,
                candidates = forecasts.Select(forecast => new
                {
                    name = forecast.Candidate.Name,
                    dimension = forecast.Dimension,
                    clipNorm = forecast.ClipNorm,
                    clipQuantile = forecast.ClipQuantile,
                    noisePerCoordinate = forecast.NoisePerCoordinate,
                    totalNoise = forecast.TotalNoise,
                    signal = forecast.Signal,
                    excess = forecast.Excess,
                    excessTail = forecast.ExcessTail,
                    effectiveDimension = forecast.EffectiveDimension,
                    step = forecast.Step,
                    noiseCost = forecast.NoiseCost,
                    benefit = forecast.Benefit,
                    triedStep = forecast.TriedStep,
                    triedDecrease = forecast.TriedDecrease,
                    triedGain = forecast.TriedGain,
                    scenarios = forecast.Scenarios.Select(scenario => new { scenario.Name, scenario.Benefit, scenario.Signal }),
                    energyKept = forecast.EnergyKept,
                    buildSeconds = forecast.BuildSeconds,
                    passSeconds = forecast.PassSeconds,
                    bytes = forecast.Bytes,
                }),
                file,
            },
            people =>
            {
                people.Table(
                    $"One draw at ε = {request.Budget.Epsilon}, N = {read.NominalSize}, foretold on public rows and tried there; losses in nats",
                    ["geometry", "k", "noise each", "noise in all", "signal", "excess", "5 % tail", "benefit", "worst", "tried", "gain", "energy kept", "pass", "MiB"],
                    forecasts.Select(forecast => new[]
                    {
                        forecast.Candidate.Name, $"{forecast.Dimension}", $"{forecast.NoisePerCoordinate:G3}", $"{forecast.TotalNoise:G3}", $"{forecast.Signal:G3}", $"{forecast.Excess:G3}", $"{forecast.ExcessTail:G3}",
                        $"{forecast.Benefit:0.0000}", $"{forecast.Scenarios.Min(scenario => scenario.Benefit):0.0000}", $"{forecast.TriedDecrease:0.0000}", $"{forecast.TriedGain:+0.0000;−0.0000}",
                        $"{forecast.EnergyKept:P0}", $"{forecast.PassSeconds:0.00} s", $"{forecast.Bytes / 1048576.0:0.0}",
                    }));
                people.Line(forecasts[0].TriedGain > 0
                    ? $"Largest gain of {Scenarios.MeasureName(read.Loss)} by a step that was tried: {forecasts[0].Candidate.Name}. 'quietune rehearse' tries settings by running them, and decides."
                    : "No step that was tried brings anything at this budget.");
                if (file is not null)
                {
                    people.Line($"wrote {file}");
                }
            });
    }

    private static string Written(string page, PlanningStory story)
    {
        using var staged = new StagedOutput(Path.GetDirectoryName(page)!);
        staged.Write(Path.GetFileName(page), PlanningPage.Render(story));
        return staged.Commit()[0];
    }
}
