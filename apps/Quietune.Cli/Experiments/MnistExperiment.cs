using Quietune.Cli.Terminals;
using Quietune.Data;
using Quietune.Data.Images;
using Quietune.Privacy.Budgets;
using Quietune.Privacy.Noise;
using Quietune.Tuning.Models;
using Quietune.Tuning.Planning;
using Quietune.Tuning.Rounds;

namespace Quietune.Cli.Experiments;

/// <summary>Tunes the digit network on shifted MNIST digits, by several methods at several budgets.</summary>
/// <remarks>Settings come from rehearsals on public rows; the test rows, declared public, only measure. The noise is seeded: an experiment, not a release.</remarks>
/// <param name="Data">Folder with the four MNIST files.</param>
/// <param name="Shift">What makes the private digits different.</param>
/// <param name="PublicRows">How many rows are public.</param>
/// <param name="PrivateRows">N, how many are private.</param>
/// <param name="Epsilons">Budgets.</param>
/// <param name="Delta">δ of each.</param>
/// <param name="Chosen">Names of methods.</param>
/// <param name="Seeds">Draws of private rows and noise.</param>
internal sealed record MnistExperiment(
    string Data, Shift Shift, int PublicRows, int PrivateRows, IReadOnlyList<double> Epsilons, double Delta, IReadOnlyList<string> Chosen, int Seeds)
{
    /// <summary>Runs it.</summary>
    public MnistOutcome Run(Terminal terminal, CancellationToken cancellationToken)
    {
        var budgets = Epsilons.Select(epsilon => Verbs.Given.Budget(epsilon, Delta)).ToList();
        var split = terminal.Stage("reading digits", _ => Split());
        using var model = terminal.Stage("pretraining", progress => DigitModel.Pretrain(split.Pretraining, seed: 0, progress, cancellationToken));
        var pretrained = model.PretrainedAccuracy(split.Test);
        var nonPrivate = terminal.Stage("training without privacy, for reference", progress => model.NonPrivateAccuracy(split.PrivateRows(PrivateRows, 0), split.Test, progress, cancellationToken));
        using var rehearsal = terminal.Stage("preparing the rehearsal", _ => new Rehearsal(model.Expansion, ImageScenarios.Of(split.HeldOut, StandIns(split))));
        var results = new List<MethodResult>();
        foreach (var budget in budgets)
        {
            foreach (var method in Chosen)
            {
                results.Add(Try(terminal, model, split, rehearsal, method, budget, cancellationToken));
            }
        }

        return new(new(pretrained), new(nonPrivate), results);
    }

    private MethodResult Try(
        Terminal terminal, DigitModel model, DigitSplit split, Rehearsal rehearsal, string method, PrivacyBudget budget, CancellationToken cancellationToken)
    {
        var (start, axes) = Methods.Of(method, LossFunction.CrossEntropy.Name, budget, PrivateRows, model.Model.ParameterCount);
        var watch = System.Diagnostics.Stopwatch.StartNew();
        var found = terminal.Stage($"rehearsing {method}, ε = {budget.Epsilon}", progress => rehearsal.Search(start, axes, progress, cancellationToken));
        var rehearsalSeconds = watch.Elapsed.TotalSeconds;
        var accuracies = new List<double>();
        var seconds = 0.0;
        terminal.Stage($"tuning by {method}, ε = {budget.Epsilon}", progress =>
        {
            for (var seed = 0; seed < Seeds; seed++)
            {
                var outcome = Tuner.Tune(model.Expansion, found.Plan, split.PrivateRows(PrivateRows, (ulong)seed), new SeededNoise((ulong)seed + 1000), cancellationToken: cancellationToken);
                accuracies.Add(Accuracy.Of(model.Model, split.Test));
                seconds += outcome.PrivatePassTime.TotalSeconds / Seeds;
                progress.Report((seed + 1.0) / Seeds);
            }

            return 0;
        });
        return new(
            method, budget.Epsilon, budget.Delta, found.Plan.Mu, Spread.Of(accuracies), found.PredictedGain, found.Plan.Rounds, seconds, rehearsalSeconds, found.DoesNothing, found.Plan.ToJson());
    }

    /// <summary>How many held-out rows stand in for the private ones; where they are fewer, they stand for more.</summary>
    private int StandIns(DigitSplit split) => Math.Min(PrivateRows, split.HeldOut.Count - ImageScenarios.EvaluationRows);

    private DigitSplit Split()
    {
        var folder = MnistFolder.Read(Data);
        if (PublicRows + PrivateRows > folder.Train.Count)
        {
            throw new BadInputException($"{Data}: expected at least {PublicRows + PrivateRows} training rows (--public {PublicRows}, --private {PrivateRows}), got {folder.Train.Count}.");
        }

        var split = DigitSplit.Of(folder.Train.Shuffled(seed: 2026), folder.Test, PublicRows, Shift);
        return StandIns(split) > 0 ? split
            : throw new BadInputException($"--public: expected more than {5 * ImageScenarios.EvaluationRows} rows, of which a fifth rehearses on {ImageScenarios.EvaluationRows}, got {PublicRows}.");
    }
}
