using System.CommandLine;
using Quietune.Cli.Experiments;
using Quietune.Cli.Terminals;
using Quietune.Tuning.Baselines;
using Quietune.Tuning.Features;

namespace Quietune.Cli.Verbs;

/// <summary><c>quietune experiment mnist-from-scratch</c>.</summary>
internal sealed class FromScratchVerb : Verb
{
    private readonly Option<string> data = new("--data") { Description = "Folder with the four MNIST files.", Required = true };
    private readonly Option<int> privateRows = Given.Whole("--private", "Private rows.", 60_000);
    private readonly Option<int> publicRows = Given.Whole("--drawn", "Digits drawn by this program: the only public images.", 10_000, least: 100);
    private readonly Option<int> dimension = Given.Whole("--features", "How many numbers an image becomes, at most as many as digits are drawn.", ScatteringFeatures.DefaultDimension);
    private readonly RaceOptions race = new(1, 5, "noise, and of private rows where there are more than are taken", LinearHeads.Names, LinearHeads.HalfWhitened);

    /// <summary>Makes the verb.</summary>
    public FromScratchVerb(Terminal terminal)
        : base(terminal, "mnist-from-scratch", "Learns MNIST from zero weights over scattering features, with no public label or image but digits drawn by itself.", "quietune experiment mnist-from-scratch --data mnist/ --epsilon 1 --json")
    {
        foreach (var option in new Option[] { data, privateRows, publicRows, dimension }.Concat(race.All))
        {
            Add(option);
        }
    }

    /// <inheritdoc/>
    protected override VerbResult Run(ParseResult arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        var page = race.Page(arguments);
        var (drawn, features) = (arguments.GetValue(publicRows), arguments.GetValue(dimension));
        if (features > Math.Min(drawn, ScatteringFeatures.LargestDimension))
        {
            throw new BadInputException($"--features: expected at most {Math.Min(drawn, ScatteringFeatures.LargestDimension)}, the smaller of --drawn and {ScatteringFeatures.LargestDimension}, got {features}.");
        }

        var report = new FromScratchExperiment(arguments.GetValue(data)!, arguments.GetValue(privateRows), drawn, features, race.Read(arguments)).Run(terminal, cancellationToken);
        if (page is not null)
        {
            report.Write(page);
        }

        return new(report.Outcome, report.Show);
    }
}
