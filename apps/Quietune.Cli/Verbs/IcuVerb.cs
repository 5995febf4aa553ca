using System.CommandLine;
using Quietune.Cli.Experiments.Icu;
using Quietune.Cli.Terminals;
using Quietune.Tuning.Baselines;

namespace Quietune.Cli.Verbs;

/// <summary><c>quietune experiment icu</c>.</summary>
internal sealed class IcuVerb : Verb
{
    private readonly Option<string> data = new("--data") { Description = "Folder with the sets of the PhysioNet 2012 challenge: set-X.tar.gz (or .zip, or a folder) and Outcomes-X.txt; or a MIMIC folder.", Required = true };
    private readonly Option<string?> preset = new("--preset") { Description = $"Public, private and test selections by one name ({string.Join(", ", IcuPreset.Names)})." };
    private readonly Option<string?> publicRows = new("--public") { Description = "Public stays, such as 'set-a where ICUType=2'." };
    private readonly Option<string?> privateRows = new("--private") { Description = "Private stays." };
    private readonly Option<string?> test = new("--test") { Description = "Stays to measure on." };
    private readonly Option<string[]> model = Given.Words("--model", "Kind of model", IcuModel.Kinds, IcuModel.Logistic);
    private readonly RaceOptions race = RaceOptions.With(LinearHeads.OfOneLogit, 1, 10, "the noise", "all");

    /// <summary>Makes the verb.</summary>
    public IcuVerb(Terminal terminal)
        : base(terminal, "icu", "Tunes a mortality model from one kind of intensive-care patients to another.", "quietune experiment icu --data physionet2012/ --preset csru-to-micu --epsilon 0.5 1 2 --json")
    {
        foreach (var option in new Option[] { data, preset, publicRows, privateRows, test, model }.Concat(race.All))
        {
            Add(option);
        }
    }

    /// <inheritdoc/>
    protected override VerbResult Run(ParseResult arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        var page = race.Page(arguments);
        var folder = arguments.GetValue(data)!;
        var kind = arguments.GetValue(model)!.Single();
        var entries = race.Read(arguments);
        if (kind != IcuModel.Logistic && entries.Methods.Concat(entries.Oracles).FirstOrDefault(LinearHeads.OfOneLogit.Contains) is { } linear)
        {
            throw new BadInputException($"--method {linear}: expected --model {IcuModel.Logistic}, for it is a method of linear models, got {kind}.");
        }

        var (outcome, report) = new IcuExperiment(
            folder,
            Selections(arguments, folder),
            kind,
            entries).Run(terminal, cancellationToken);
        if (page is not null)
        {
            report.Write(page);
        }

        return new(outcome, people => Show(people, outcome));
    }

    private static void Show(Terminal people, IcuOutcome outcome)
    {
        foreach (var note in outcome.Notes)
        {
            people.Line(note);
        }

        people.Table(
            $"{outcome.Preset.Public} ({outcome.PublicRows}) → {outcome.Preset.Private} ({outcome.PrivateRows}), measured on {outcome.Preset.Test} ({outcome.TestRows})",
            ["model", "ε", "AUROC", "±", "interval", "AUPRC", "Score 1", "Score 2", "Brier", "gap closed"],
            [
                Row("pretrained", "", outcome.Pretrained.Auroc, outcome.Pretrained.Auprc, outcome.Pretrained.Score1, outcome.Pretrained.Score2, outcome.Pretrained.Brier, ""),
                .. outcome.Results.Select(result => Row(
                    result.Method + (result.Oracle ? ", oracle" : result.DoesNothing ? ", does nothing" : ""), $"{result.Epsilon}",
                    result.Auroc, result.Auprc, result.Score1, result.Score2, result.Brier, $"{result.GapClosed:P0}")),
                Row("without privacy", "∞", outcome.NonPrivate.Auroc, outcome.NonPrivate.Auprc, outcome.NonPrivate.Score1, outcome.NonPrivate.Score2, outcome.NonPrivate.Brier, "100 %"),
            ]);
        if (outcome.Results.Where(result => !result.Oracle).MaxBy(result => result.Auroc.Mean) is { } best)
        {
            people.Table(
                $"AUROC in subgroups: {best.Method}, ε = {best.Epsilon}",
                ["group", "rows", "deaths", "pretrained", "tuned", "interval"],
                best.Subgroups.Zip(outcome.Pretrained.Subgroups, (tuned, before) => new[]
                {
                    tuned.Group, $"{tuned.Rows}", $"{tuned.Deaths}", before.Auroc is null ? "–" : $"{before.Auroc.Mean:0.000}",
                    tuned.Auroc is null ? "–" : $"{tuned.Auroc.Mean:0.000}", tuned.Auroc is null ? "–" : $"{tuned.Auroc.Low:0.000} to {tuned.Auroc.High:0.000}",
                }));
        }
    }

    private static string[] Row(string name, string epsilon, Measured auroc, Measured auprc, Measured score1, Measured score2, Measured brier, string gap) =>
    [
        name, epsilon, $"{auroc.Mean:0.0000}", $"{auroc.Std:0.0000}", $"{auroc.Low:0.000} to {auroc.High:0.000}", $"{auprc.Mean:0.000}", $"{score1.Mean:0.000}", $"{score2.Mean:0.0}", $"{brier.Mean:0.0000}", gap,
    ];

    private IcuPreset Selections(ParseResult arguments, string folder)
    {
        var (name, open, hidden, measured) = (arguments.GetValue(preset), arguments.GetValue(publicRows), arguments.GetValue(privateRows), arguments.GetValue(test));
        if (name is null)
        {
            return open is not null && hidden is not null && measured is not null
                ? new(null, open, hidden, measured)
                : throw new BadInputException("expected --preset, or --public, --private and --test.");
        }

        if (!IcuPreset.Names.Contains(name))
        {
            throw new BadInputException($"--preset: expected one of {string.Join(", ", IcuPreset.Names)}, got '{name}'.");
        }

        var usual = IcuPreset.Of(name, folder);
        return usual with { Public = open ?? usual.Public, Private = hidden ?? usual.Private, Test = measured ?? usual.Test };
    }
}
