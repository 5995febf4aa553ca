using Quietune.Cli.Experiments.Races;
using Quietune.Cli.Jobs;
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
/// <param name="Entries">Who races; each seed draws private rows and noise.</param>
internal sealed record MnistExperiment(string Data, Shift Shift, int PublicRows, int PrivateRows, RaceEntries Entries)
{
    private const string Accuracy = "accuracy";

    // More rows would take longer to rehearse on than they tell more.
    private const int MostStandIns = 2_000;

    /// <summary>Runs it.</summary>
    public RaceReport Run(Terminal terminal, CancellationToken cancellationToken)
    {
        var split = terminal.Stage("reading digits", _ => Split());
        using var model = terminal.Stage("pretraining", progress => DigitModel.Pretrain(split.Pretraining, seed: 0, progress, cancellationToken));
        var pretrained = model.PretrainedAccuracy(split.Test);
        var nonPrivate = terminal.Stage("training without privacy, for reference", progress => model.NonPrivateAccuracy(split.PrivateRows(PrivateRows, 0), split.Test, progress, cancellationToken));
        var publicAlone = terminal.Stage("training on changed public digits, for reference", progress => model.PublicAloneAccuracy(split.Pretraining, split.Test, progress, cancellationToken));
        using var rehearsal = terminal.Stage("preparing the rehearsal", _ => new Rehearsal(model.Expansion, ImageScenarios.Of(split.HeldOut, StandIns(split))));
        using var oracle = Entries.Oracles.Count > 0 ? new Rehearsal(model.Expansion, [new("the answer", split.PrivateRows(PrivateRows, 0), split.Test)], draws: 2) : null;
        var course = new RaceCourse<double>(
            $"mnist {Shift.Name} {PublicRows} {PrivateRows}", model.Expansion, PrivateRows, rehearsal, seed => split.PrivateRows(PrivateRows, seed), () => Tuning.Models.Accuracy.Of(model.Model, split.Test)) { Oracle = oracle };
        var raced = Inputs.Checked(() => Race.Run(course, Entries, terminal, cancellationToken));
        return new($"{PrivateRows} private digits, {Shift.InWords}", Accuracy, Accuracy, Named(pretrained), Named(nonPrivate), [.. raced.Select(result => RaceLine.Of(result, Named, Accuracy, pretrained))])
        {
            PublicAlone = Named(publicAlone),
            Conditions =
            [
                new("model", $"{model.Model.ParameterCount} parameters", "a convolutional network pretrained on public digits"),
                new("public digits", $"{PublicRows}", "upright; four fifths pretrain, one fifth rehearses"),
                new("private digits", $"{PrivateRows}", $"{Shift.InWords}; each seed draws others"),
                new("test digits", $"{split.Test.Count}", $"{Shift.InWords}; declared public"),
                new("changed public digits alone", $"{publicAlone:P2}", "the network trained on the changes from which directions are learned, and on no private digit"),
                new("δ", $"{Entries.Budgets[0].Delta}"),
                new("seeds", $"{Entries.Seeds}", "of private rows and noise, the same for every method"),
            ],
        };
    }

    private static Dictionary<string, double> Named(double accuracy) => new() { [Accuracy] = accuracy };

    /// <summary>How many held-out rows stand in for the private ones; where they are fewer, they stand for more.</summary>
    private int StandIns(DigitSplit split) => Math.Min(Math.Min(PrivateRows, MostStandIns), split.HeldOut.Count - ImageScenarios.EvaluationRows);

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
