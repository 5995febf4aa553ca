using Quietune.Cli.Experiments.Races;
using Quietune.Cli.Jobs;
using Quietune.Cli.Terminals;
using Quietune.Data;
using Quietune.Data.Generated;
using Quietune.Data.Images;
using Quietune.Reporting;
using Quietune.Tuning.Features;
using Quietune.Tuning.Models;
using Quietune.Tuning.Planning;
using Quietune.Tuning.Pretraining;

namespace Quietune.Cli.Experiments;

/// <summary>Learns MNIST's digits from zero weights over scattering features: every MNIST image and label is private, and the only public images are drawn by this program.</summary>
/// <remarks>Features and settings come from generated digits; the test rows, declared public, only measure. The noise is seeded: an experiment, not a release.</remarks>
/// <param name="Data">Folder with the four MNIST files.</param>
/// <param name="PrivateRows">N, how many are private.</param>
/// <param name="PublicRows">How many digits are drawn.</param>
/// <param name="Dimension">How many numbers an image becomes.</param>
/// <param name="Entries">Who races; each seed draws other noise, and other rows where there are more than are taken.</param>
internal sealed record FromScratchExperiment(string Data, int PrivateRows, int PublicRows, int Dimension, RaceEntries Entries)
{
    private const string Measure = "accuracy";
    private const int Classes = 10;
    private const double StandInShare = 0.5;

    /// <summary>Runs it.</summary>
    public RaceReport Run(Terminal terminal, CancellationToken cancellationToken)
    {
        var folder = terminal.Stage("reading digits", _ => Read());
        var drawn = terminal.Stage("drawing digits", _ => GeneratedDigits.Create(PublicRows, seed: 1));
        using var features = terminal.Stage("finding public axes", progress => ScatteringFeatures.Of(drawn, Dimension, progress, cancellationToken));
        var publicRows = terminal.Stage("features of drawn digits", progress => features.Map(drawn, progress, cancellationToken));
        var privateRows = terminal.Stage("features of private digits", progress => features.Map(folder.Train, progress, cancellationToken));
        var test = terminal.Stage("features of test digits", progress => features.Map(folder.Test, progress, cancellationToken));
        using var model = new ModuleModel(Networks.LinearHead(Dimension, Classes));
        using var expansion = new PublicExpansion(model, LossFunction.CrossEntropy, publicRows);
        using var rehearsal = new Rehearsal(expansion, [Scenario(publicRows)]);
        using var oracle = Entries.Oracles.Count > 0 ? new Rehearsal(expansion, [new("the answer", Take(privateRows, 0), test)]) : null;
        var before = Accuracy.Of(model, test);
        var course = new RaceCourse<double>(
            $"mnist-from-scratch {PrivateRows} {PublicRows} {Dimension}", expansion, PrivateRows, rehearsal, seed => Take(privateRows, seed), () => Accuracy.Of(model, test)) { Oracle = oracle };
        var raced = Inputs.Checked(() => Race.Run(course, Entries, terminal, cancellationToken));
        return new($"{PrivateRows} private digits, from scratch", Measure, Measure, Named(before), null, [.. raced.Select(result => RaceLine.Of(result, Named, Measure, before))])
        {
            Conditions =
            [
                new("model", $"{model.ParameterCount} parameters", "one linear layer of zero weights"),
                new("features", $"{Dimension}", "scattering coefficients on the principal axes of drawn digits"),
                new("public digits", $"{PublicRows}", "drawn by this program; no image or label of MNIST is public"),
                new("private digits", $"{PrivateRows}"),
                new("test digits", $"{test.Count}", "declared public; no setting is chosen by them"),
                new("δ", $"{Entries.Budgets[0].Delta}"),
                new("seeds", $"{Entries.Seeds}", "of the noise"),
            ],
        };
    }

    private static Dictionary<string, double> Named(double accuracy) => new() { [Measure] = accuracy };

    // The first half of the drawn digits stands in for the private ones, the other half measures.
    private static Scenario Scenario(InMemoryExamples publicRows)
    {
        var standIns = (int)(publicRows.Count * StandInShare);
        return new("drawn digits", publicRows.Slice(0, standIns), publicRows.Slice(standIns, publicRows.Count - standIns));
    }

    private InMemoryExamples Take(InMemoryExamples rows, ulong seed) => rows.Count == PrivateRows ? rows : rows.Shuffled(seed).Slice(0, PrivateRows);

    private MnistFolder Read()
    {
        var folder = MnistFolder.Read(Data);
        return PrivateRows <= folder.Train.Count ? folder
            : throw new BadInputException($"{Data}: expected at least {PrivateRows} training rows (--private {PrivateRows}), got {folder.Train.Count}.");
    }
}
