using Quietune.Reporting;
using Quietune.Tuning.Certificates;

namespace Quietune.Cli.Jobs;

/// <summary>What the report of a tuning job tells.</summary>
internal static class TuneStory
{
    /// <summary>Puts it together.</summary>
    public static TuningStory Of(PublicInputs inputs, FrozenPlan frozen, PrivacyCertificate certificate, IReadOnlyList<StageTime> times)
    {
        var unit = certificate.PrivacyUnit;
        var neighbours = certificate.Adjacency switch
        {
            Privacy.Budgets.Adjacency.AddRemove => $"one {unit} is added or removed",
            Privacy.Budgets.Adjacency.ReplaceOne => $"one {unit} is replaced by another",
            _ => $"one {unit} is replaced by one that contributes nothing",
        };
        return new(
            $"{Path.GetFileName(inputs.Request.Model)}, tuned privately",
            new(certificate.Epsilon, certificate.Delta, certificate.Mu, neighbours, unit, certificate.NominalSize),
            frozen.Measure,
            [.. frozen.Scenarios.Select(scenario => new RehearsedScenario(scenario.Name, scenario.Before, scenario.After.Average()))],
            frozen.DoesNothing,
            PlanText.Settings(frozen),
            [.. inputs.Model.Summaries.Where(summary => summary.IsTuned).Select(summary => new NamedValue(summary.Initializer.Name, $"[{string.Join(", ", summary.Initializer.Shape)}]", summary.Rule))],
            certificate.ToJson(),
            times,
            [.. certificate.Versions.Select(version => new NamedValue(version.Key, version.Value))]);
    }
}
