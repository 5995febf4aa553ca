using System.CommandLine;
using Quietune.Cli.Experiments;
using Quietune.Cli.Terminals;
using Quietune.Tuning.Planning;

namespace Quietune.Cli.Verbs;

/// <summary><c>quietune experiment mnist</c>.</summary>
internal sealed class MnistVerb : Verb
{
    private readonly Option<string> data = new("--data") { Description = "Folder with the four MNIST files.", Required = true };
    private readonly Option<string> shift = new("--shift") { Description = "What makes private digits different: none, rotate:30, scale:0.8, shear:0.3.", DefaultValueFactory = _ => "rotate:30" };
    private readonly Option<int> publicRows = Given.Whole("--public", "Public rows: four fifths pretrain, one fifth rehearses.", 30_000, least: 100);
    private readonly Option<int> privateRows = Given.Whole("--private", "Private rows.", 1_000);
    private readonly Option<double[]> epsilon = Given.Numbers("--epsilon", "Budgets to try.", 0.5);
    private readonly Option<double> delta = Given.Number("--delta", "δ of each budget.", 1e-5);
    private readonly Option<string[]> method = Given.Words("--method", "Methods to try", [.. Methods.Names, "all"], Methods.OneDraw);
    private readonly Option<int> seeds = Given.Whole("--seeds", "Draws of private rows and noise.", 5);
    private readonly Option<bool> oracle = new("--oracle") { Description = "Also each method with settings found by looking at the private and test rows: cheating, as a mark." };
    private readonly Option<string?> journal = Given.Journal();

    /// <summary>Makes the verb.</summary>
    public MnistVerb(Terminal terminal)
        : base(terminal, "mnist", "Tunes a small network on shifted MNIST digits.", "quietune experiment mnist --data mnist/ --shift rotate:30 --epsilon 0.5 --method one-draw dp-gd --json")
    {
        foreach (var option in new Option[] { data, shift, publicRows, privateRows, epsilon, delta, method, seeds, oracle, journal })
        {
            Add(option);
        }
    }

    /// <inheritdoc/>
    protected override VerbResult Run(ParseResult arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        var chosen = arguments.GetValue(method)!;
        var report = new MnistExperiment(
            arguments.GetValue(data)!,
            Shift.Parse(arguments.GetValue(shift)!),
            arguments.GetValue(publicRows),
            arguments.GetValue(privateRows),
            arguments.GetValue(epsilon)!,
            arguments.GetValue(delta),
            chosen.Contains("all") ? Methods.Names : chosen,
            arguments.GetValue(seeds),
            arguments.GetValue(oracle)) { Journal = arguments.GetValue(journal) }.Run(terminal, cancellationToken);
        return new(report.Outcome, report.Show);
    }
}
