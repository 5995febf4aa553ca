using System.CommandLine;
using Quietune.Cli.Jobs;
using Quietune.Cli.Terminals;
using Quietune.Tuning.Planning;

namespace Quietune.Cli.Verbs;

/// <summary><c>quietune compare</c>: methods raced on a user's own model and tables.</summary>
internal sealed class CompareVerb : Verb
{
    private readonly PublicOptions inputs = new();
    private readonly Option<string> privateData = new("--private") { Description = "Rows in the private role, in any form that --public takes.", Required = true };
    private readonly Option<string> test = new("--test") { Description = "Rows of the private kind that only measure.", Required = true };
    private readonly Option<bool> declared = new("--declared-public") { Description = "Declares the private and the test rows public: the noise is seeded, no budget is spent, and what test rows say is printed." };
    private readonly RaceOptions race = new(1, 5, "the noise", Methods.OneDraw, Methods.Draws, Methods.DpGd);

    /// <summary>Makes the verb.</summary>
    public CompareVerb(Terminal terminal)
        : base(
            terminal,
            "compare",
            "Races methods of private tuning on your own model and tables, which must be declared public.",
            "quietune compare --model m.onnx --public public.csv --private old.csv --test later.csv --label y --declared-public --epsilon 0.5 1 2 --method one-draw draws dp-sgd --html race.html")
    {
        foreach (var option in inputs.WithoutBudget.Append(privateData).Append(test).Append(declared).Concat(race.All))
        {
            Add(option);
        }
    }

    /// <inheritdoc/>
    protected override VerbResult Run(ParseResult arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        var name = arguments.GetValue(privateData)!;
        if (!arguments.GetValue(declared))
        {
            throw new BadInputException($"--private: a comparison spends no budget and prints what test rows say of models tuned on {name}; expected --declared-public, which declares these rows public.");
        }

        var page = race.Page(arguments);
        var entries = race.Read(arguments);
        var request = inputs.Read(arguments, entries.Budgets[0]);
        terminal.Line($"{name} is declared public: nothing here is a private release.");
        var report = new CompareJob(new(request, name, arguments.GetValue(test)!, entries), terminal).Run(cancellationToken);
        if (page is not null)
        {
            report.Write(page);
        }

        return new(report.Outcome, report.Show);
    }
}
