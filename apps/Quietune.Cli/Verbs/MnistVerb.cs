using System.CommandLine;
using Quietune.Cli.Experiments;
using Quietune.Cli.Terminals;
using Quietune.Tuning.Planning;

namespace Quietune.Cli.Verbs;

/// <summary><c>quietune experiment mnist</c>.</summary>
internal sealed class MnistVerb : Verb
{
    private readonly Option<string> data = new("--data") { Description = "Folder with the four MNIST files.", Required = true };
    private readonly Option<string> shift = new("--shift") { Description = "What makes private digits different: none, rotate:30, scale:0.8, shear:0.3, stripe:4.", DefaultValueFactory = _ => "rotate:30" };
    private readonly Option<int> publicRows = Given.Whole("--public", "Public rows: four fifths pretrain, one fifth rehearses.", 30_000, least: 100);
    private readonly Option<int> privateRows = Given.Whole("--private", "Private rows.", 1_000);
    private readonly RaceOptions race = new(0.5, 5, "private rows and noise", Methods.OneDraw);

    /// <summary>Makes the verb.</summary>
    public MnistVerb(Terminal terminal)
        : base(terminal, "mnist", "Tunes a small network on shifted MNIST digits.", "quietune experiment mnist --data mnist/ --shift rotate:30 --epsilon 0.5 --method one-draw dp-gd --json")
    {
        foreach (var option in new Option[] { data, shift, publicRows, privateRows }.Concat(race.All))
        {
            Add(option);
        }
    }

    /// <inheritdoc/>
    protected override VerbResult Run(ParseResult arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        var page = race.Page(arguments);
        var report = new MnistExperiment(
            arguments.GetValue(data)!,
            Shift.Parse(arguments.GetValue(shift)!),
            arguments.GetValue(publicRows),
            arguments.GetValue(privateRows),
            race.Read(arguments)).Run(terminal, cancellationToken);
        if (page is not null)
        {
            report.Write(page);
        }

        return new(report.Outcome, report.Show);
    }
}
