using Quietune.Cli.Experiments.Races;
using Quietune.Cli.Terminals;
using Quietune.Data;
using Quietune.Data.Images;
using Quietune.Tuning.Planning;

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
/// <param name="WithOracle">Whether each method is also run with settings found by looking at the private and test rows.</param>
internal sealed record MnistExperiment(
    string Data, Shift Shift, int PublicRows, int PrivateRows, IReadOnlyList<double> Epsilons, double Delta, IReadOnlyList<string> Chosen, int Seeds, bool WithOracle)
{
    private const string Accuracy = "accuracy";

    /// <summary>File to which results are added as they come, and from which those of an earlier run are taken; null for none.</summary>
    public string? Journal { get; init; }

    /// <summary>Runs it.</summary>
    public RaceReport Run(Terminal terminal, CancellationToken cancellationToken)
    {
        var entries = new RaceEntries(Chosen, [.. Epsilons.Select(epsilon => Verbs.Given.Budget(epsilon, Delta))], Seeds)
        {
            Journal = Journal is null ? null : new(Journal, $"mnist {Shift.Name} {PublicRows} {PrivateRows}"),
        };
        var split = terminal.Stage("reading digits", _ => Split());
        using var model = terminal.Stage("pretraining", progress => DigitModel.Pretrain(split.Pretraining, seed: 0, progress, cancellationToken));
        var pretrained = model.PretrainedAccuracy(split.Test);
        var nonPrivate = terminal.Stage("training without privacy, for reference", progress => model.NonPrivateAccuracy(split.PrivateRows(PrivateRows, 0), split.Test, progress, cancellationToken));
        using var rehearsal = terminal.Stage("preparing the rehearsal", _ => new Rehearsal(model.Expansion, ImageScenarios.Of(split.HeldOut, StandIns(split))));
        using var oracle = WithOracle ? new Rehearsal(model.Expansion, [new("the answer", split.PrivateRows(PrivateRows, 0), split.Test)], draws: 2) : null;
        var course = new RaceCourse<double>(
            model.Expansion, PrivateRows, rehearsal, seed => split.PrivateRows(PrivateRows, seed), () => Tuning.Models.Accuracy.Of(model.Model, split.Test)) { Oracle = oracle };
        var raced = Race.Run(course, entries, terminal, cancellationToken);
        return new(
            $"{PrivateRows} private digits, {Shift.InWords}", Accuracy, Accuracy, Named(pretrained), Named(nonPrivate), [.. raced.Select(result => RaceLine.Of(result, Named, Accuracy, pretrained))]);
    }

    private static Dictionary<string, double> Named(double accuracy) => new() { [Accuracy] = accuracy };

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
