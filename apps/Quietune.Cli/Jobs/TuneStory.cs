using Quietune.Reporting;
using Quietune.Tuning.Certificates;
using Quietune.Tuning.Mechanism;

namespace Quietune.Cli.Jobs;

/// <summary>What the report of a tuning job tells.</summary>
internal static class TuneStory
{
    /// <summary>Puts it together; whatever is promised is taken from the certificate.</summary>
    /// <param name="certificate">The promise.</param>
    /// <param name="record">What the run left beside it.</param>
    /// <param name="text">The certificate as it stands in its file; null writes it.</param>
    public static TuningStory Of(PrivacyCertificate certificate, RunRecord record, string? text = null)
    {
        var unit = certificate.PrivacyUnit;
        var neighbours = certificate.Adjacency switch
        {
            Privacy.Budgets.Adjacency.AddRemove => $"one {unit} is added or removed",
            Privacy.Budgets.Adjacency.ReplaceOne => $"one {unit} is replaced by another",
            _ => $"one {unit} is replaced by one that contributes nothing",
        };
        return new(
            $"{record.Model}, tuned privately",
            new(certificate.Epsilon, certificate.Delta, certificate.Mu, neighbours, unit, certificate.NominalSize),
            record.Measure,
            record.Scenarios,
            record.IsForced,
            record.Settings,
            record.Layers,
            text ?? certificate.ToJson(),
            record.Times,
            [.. certificate.Versions.Select(version => new NamedValue(version.Key, version.Value))])
        {
            NotPrivate = certificate.NotPrivate,
            PredictedGain = record.PredictedGain,
            Budget = record.Budget,
            Excess = record.Excess,
            Geometry = record.Geometry,
            PeakMemory = record.PeakMemory,
            Hashes =
            [
                new("model before", certificate.ModelInSha256),
                new("model after", certificate.ModelOutSha256),
                new("plan", certificate.PlanSha256),
                new("public rows", record.PublicSha256),
                new("preprocessing", record.SpecSha256),
            ],
            Commands = record.Commands,
        };
    }

    /// <summary>What the job leaves beside the model for reports to come.</summary>
    /// <param name="request">What was asked for.</param>
    /// <param name="inputs">The public part.</param>
    /// <param name="frozen">The plan that was carried out.</param>
    /// <param name="certificate">The promise.</param>
    /// <param name="geometry">What was measured of the geometry.</param>
    /// <param name="mechanism">The mechanism of a release.</param>
    public static RunRecord Record(TuneRequest request, PublicInputs inputs, FrozenPlan frozen, PrivacyCertificate certificate, GeometryStory geometry, QuadraticMechanism mechanism)
    {
        var drawn = DrawnExcess.Of(mechanism);
        return new()
        {
            ModelOutSha256 = certificate.ModelOutSha256,
            Model = Path.GetFileName(request.Public.Model),
            Measure = frozen.Measure,
            Scenarios = [.. frozen.Scenarios.Select(scenario => new RehearsedScenario(scenario.Name, scenario.Before, scenario.After.Average()))],
            PredictedGain = frozen.PredictedGain,
            IsForced = frozen.DoesNothing,
            Settings = PlanText.Settings(frozen),
            Layers = [.. inputs.Model.Summaries.Where(summary => summary.IsTuned).Select(summary => new NamedValue(summary.Initializer.Name, $"[{string.Join(", ", summary.Initializer.Shape)}]", summary.Rule))],
            Geometry = geometry with { Dimension = certificate.Dimension },
            Excess = new(certificate.ExpectedExcess, certificate.ExcessPassedInOnePercent, drawn.Mean, drawn.Largest, drawn.Draws),
            PublicSha256 = frozen.PublicSha256,
            SpecSha256 = frozen.SpecSha256,
            Commands = RunCommands.Of(request, frozen.ReadPlan()),
        };
    }
}
