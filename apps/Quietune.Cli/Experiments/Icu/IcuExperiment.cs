using System.Diagnostics;
using Quietune.Cli.Experiments.Races;
using Quietune.Cli.Jobs;
using Quietune.Cli.Terminals;
using Quietune.Tuning.Evaluation;
using Quietune.Tuning.Planning;

namespace Quietune.Cli.Experiments.Icu;

/// <summary>Tunes a mortality model from one kind of patients to another, by several methods at several budgets.</summary>
/// <remarks>Settings come from rehearsals on public rows; the test rows, declared public, only measure. The noise is seeded: an experiment, not a release.</remarks>
/// <param name="Folder">Where the sets lie.</param>
/// <param name="Preset">The selections.</param>
/// <param name="Kind">The kind of model.</param>
/// <param name="Entries">Who races; each seed draws noise.</param>
internal sealed record IcuExperiment(string Folder, IcuPreset Preset, string Kind, RaceEntries Entries)
{
    // The scenarios are invented: a smaller gain on them was seen to be none on real records, or harm.
    private const double LeastGain = 0.003;
    private const string Headline = "auroc";

    /// <summary>Runs it.</summary>
    /// <returns>Every metric, and the race by AUROC for a page.</returns>
    public (IcuOutcome Outcome, RaceReport Report) Run(Terminal terminal, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        var data = terminal.Stage("reading records", _ => IcuData.Read(Folder, Preset, IcuModel.ReadsGrid(Kind), cancellationToken));
        var readingSeconds = watch.Elapsed.TotalSeconds;
        using var model = terminal.Stage("pretraining", progress => IcuModel.Pretrain(Kind, data.Public.Examples, progress, cancellationToken));
        var threshold = Threshold(model, data);
        var pretrained = IcuScores.Of([new(model.Pretrained(data.Test.Examples), threshold)], data.Test);
        var reference = terminal.Stage("training without privacy, for reference", progress => model.NonPrivate(data.Private.Examples, data.Test.Examples, progress, cancellationToken));
        var nonPrivate = IcuScores.Of([new(reference, threshold)], data.Test);
        using var rehearsal = terminal.Stage("preparing the rehearsal", _ => Rehearse(model, TableScenarios.Of(model.Model, data.Public.Examples, data.Private.Examples.Count, model.Reliability)));
        using var oracle = Entries.Oracles.Count > 0 ? Rehearse(model, [new("the answer", data.Private.Examples, data.Test.Examples)], draws: 2) : null;
        var rows = data.Private.Examples;
        var course = new RaceCourse<Predicted>(
            $"icu {Path.GetFullPath(Folder)} {Preset} {Kind}", model.Expansion, rows.Count, rehearsal, _ => rows, () => new(Predictions.Probabilities(model.Model, data.Test.Examples), Threshold(model, data))) { Oracle = oracle };
        var raced = Inputs.Checked(() => Race.Run(course, Entries, terminal, cancellationToken));
        var results = raced.Select(result => IcuResult.Of(result, IcuScores.Of(result.Runs, data.Test), pretrained.Auroc.Mean, nonPrivate.Auroc.Mean)).ToList();
        var lines = raced.Select(result => RaceLine.Of(result, run => Auroc(run, data), Headline, pretrained.Auroc.Mean)).ToList();
        var report = new RaceReport($"{Preset.Public} → {Preset.Private}", Headline, "AUROC", Of(pretrained), Of(nonPrivate), lines)
        {
            IsShare = false,
            Conditions =
            [
                new("model", Kind, $"{model.Model.ParameterCount} parameters, pretrained on the public stays"),
                new("public stays", $"{data.Public.Examples.Count}", Preset.Public),
                new("private stays", $"{rows.Count}", $"{Preset.Private}; declared public"),
                new("test stays", $"{data.Test.Examples.Count}", $"{Preset.Test}; declared public"),
                new("δ", $"{Entries.Budgets[0].Delta}"),
                new("seeds", $"{Entries.Seeds}", "of the noise, the same for every method"),
            ],
        };
        var outcome = new IcuOutcome(
            Preset, Kind, data.Public.Examples.Count, data.Private.Examples.Count, data.Test.Examples.Count, data.Public.Examples.ExampleLength, model.Model.ParameterCount, model.Reliability,
            readingSeconds, data.Cleaned, data.Notes, pretrained, nonPrivate, results, report.Pairings, Foretelling.Of(lines));
        return (outcome, report);
    }

    private static Dictionary<string, double> Of(IcuScores scores) => new() { [Headline] = scores.Auroc.Mean };

    private static Rehearsal Rehearse(IcuModel model, IReadOnlyList<Scenario> scenarios, int draws = 1) =>
        new(model.Expansion, scenarios, draws, measure: (tuned, rows) => RankMetrics.Auroc(Predictions.Of(tuned, rows)), leastGain: LeastGain);

    private static double Threshold(IcuModel model, IcuData data) => ChallengeMetrics.BestThreshold(Predictions.Of(model.Model, data.Public.Examples));

    private static Dictionary<string, double> Auroc(Predicted run, IcuData data) => new() { [Headline] = RankMetrics.Auroc(ScoredRows.Of(run.Probabilities, data.Test.Examples.Labels)) };
}
