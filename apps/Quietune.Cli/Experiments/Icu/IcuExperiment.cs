using System.Diagnostics;
using Quietune.Cli.Terminals;
using Quietune.Privacy.Budgets;
using Quietune.Privacy.Noise;
using Quietune.Tuning.Evaluation;
using Quietune.Tuning.Models;
using Quietune.Tuning.Planning;
using Quietune.Tuning.Rounds;

namespace Quietune.Cli.Experiments.Icu;

/// <summary>Tunes a mortality model from one kind of patients to another, by several methods at several budgets.</summary>
/// <remarks>Settings come from rehearsals on public rows; the test rows, declared public, only measure. The noise is seeded: an experiment, not a release.</remarks>
/// <param name="Folder">Where the sets lie.</param>
/// <param name="Preset">The selections.</param>
/// <param name="Kind">The kind of model.</param>
/// <param name="Epsilons">Budgets.</param>
/// <param name="Delta">δ of each.</param>
/// <param name="Chosen">Names of methods.</param>
/// <param name="Seeds">Draws of the noise.</param>
/// <param name="WithOracle">Whether each method is also run with settings found by looking at the test rows.</param>
internal sealed record IcuExperiment(
    string Folder, IcuPreset Preset, string Kind, IReadOnlyList<double> Epsilons, double Delta, IReadOnlyList<string> Chosen, int Seeds, bool WithOracle)
{
    // The scenarios are invented: a smaller gain on them was seen to be none on real records, or harm.
    private const double LeastGain = 0.006;

    /// <summary>Runs it.</summary>
    public IcuOutcome Run(Terminal terminal, CancellationToken cancellationToken)
    {
        var budgets = Epsilons.Select(epsilon => Verbs.Given.Budget(epsilon, Delta)).ToList();
        var watch = Stopwatch.StartNew();
        var data = terminal.Stage("reading records", _ => IcuData.Read(Folder, Preset, IcuModel.ReadsGrid(Kind), cancellationToken));
        var readingSeconds = watch.Elapsed.TotalSeconds;
        using var model = terminal.Stage("pretraining", progress => IcuModel.Pretrain(Kind, data.Public.Examples, progress, cancellationToken));
        var threshold = Threshold(model, data);
        var pretrained = IcuScores.Of([new(model.Pretrained(data.Test.Examples), threshold)], data.Test);
        var reference = terminal.Stage("training without privacy, for reference", progress => model.NonPrivate(data.Private.Examples, data.Test.Examples, progress, cancellationToken));
        var nonPrivate = IcuScores.Of([new(reference, threshold)], data.Test);
        using var rehearsal = terminal.Stage("preparing the rehearsal", _ => Rehearse(model, TableScenarios.Of(model.Model, data.Public.Examples, data.Private.Examples.Count, model.Reliability)));
        using var oracle = WithOracle ? Rehearse(model, [new("the answer", data.Private.Examples, data.Test.Examples)]) : null;
        var results = new List<IcuResult>();
        foreach (var budget in budgets)
        {
            foreach (var method in Chosen)
            {
                results.Add(Try(terminal, model, data, rehearsal, isOracle: false, method, budget, (pretrained.Auroc.Mean, nonPrivate.Auroc.Mean), cancellationToken));
                if (oracle is not null)
                {
                    results.Add(Try(terminal, model, data, oracle, isOracle: true, method, budget, (pretrained.Auroc.Mean, nonPrivate.Auroc.Mean), cancellationToken));
                }
            }
        }

        return new(
            Preset, Kind, data.Public.Examples.Count, data.Private.Examples.Count, data.Test.Examples.Count, data.Public.Examples.ExampleLength, model.Model.ParameterCount, model.Reliability,
            readingSeconds, data.Cleaned, data.Notes, pretrained, nonPrivate, results);
    }

    private static Rehearsal Rehearse(IcuModel model, IReadOnlyList<Scenario> scenarios) =>
        new(model.Expansion, scenarios, draws: 2, measure: (tuned, rows) => RankMetrics.Auroc(Predictions.Of(tuned, rows)), leastGain: LeastGain);

    private static double Threshold(IcuModel model, IcuData data) => ChallengeMetrics.BestThreshold(Predictions.Of(model.Model, data.Public.Examples));

    private IcuResult Try(
        Terminal terminal, IcuModel model, IcuData data, Rehearsal rehearsal, bool isOracle, string method, PrivacyBudget budget, (double Pretrained, double NonPrivate) marks, CancellationToken cancellationToken)
    {
        var rows = data.Private.Examples;
        var (start, axes) = Methods.Of(method, LossFunction.Binary.Name, budget, rows.Count, model.Model.ParameterCount);
        var watch = Stopwatch.StartNew();
        var found = terminal.Stage($"{(isOracle ? "looking at the answer for" : "rehearsing")} {method}, ε = {budget.Epsilon}", progress => rehearsal.Search(start, axes, progress, cancellationToken));
        var rehearsalSeconds = watch.Elapsed.TotalSeconds;
        var runs = new List<Predicted>();
        var seconds = 0.0;
        terminal.Stage($"tuning by {method}, ε = {budget.Epsilon}", progress =>
        {
            for (var seed = 0; seed < Seeds; seed++)
            {
                var outcome = Tuner.Tune(model.Expansion, found.Plan, rows, new SeededNoise((ulong)seed + 1000), cancellationToken: cancellationToken);
                runs.Add(new(Predictions.Probabilities(model.Model, data.Test.Examples), Threshold(model, data)));
                seconds += outcome.PrivatePassTime.TotalSeconds / Seeds;
                progress.Report((seed + 1.0) / Seeds);
            }

            return 0;
        });
        var scores = IcuScores.Of(runs, data.Test);
        return new(
            method, budget.Epsilon, budget.Delta, found.Plan.Mu, isOracle,
            scores.Auroc, scores.Auprc, scores.Score1, scores.Score2, scores.Brier, scores.LogLoss, scores.CalibrationError, scores.Accuracy,
            (scores.Auroc.Mean - marks.Pretrained) / (marks.NonPrivate - marks.Pretrained),
            found.PredictedGain, found.Plan.Rounds, seconds, rehearsalSeconds, found.DoesNothing, scores.Calibration, scores.Subgroups, found.Plan.ToJson());
    }
}
