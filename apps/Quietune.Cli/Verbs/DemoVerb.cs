using System.CommandLine;
using Quietune.Cli.Experiments;
using Quietune.Cli.Terminals;

namespace Quietune.Cli.Verbs;

/// <summary><c>quietune demo</c>: the whole job, without a download.</summary>
internal sealed class DemoVerb : Verb
{
    private readonly Option<string> folder = new("--out") { Description = "Folder to write to.", DefaultValueFactory = _ => "quietune-demo" };
    private readonly Option<double> epsilon = Given.Number("--epsilon", "ε.", 1);
    private readonly Option<double> delta = Given.Number("--delta", "δ.", 1e-5);

    /// <summary>Makes the verb.</summary>
    public DemoVerb(Terminal terminal)
        : base(terminal, "demo", "Draws digits, pretrains a small network, tunes it by one private draw and tells the story in a page of HTML.", "quietune demo")
    {
        Add(folder);
        Add(epsilon);
        Add(delta);
    }

    /// <inheritdoc/>
    protected override VerbResult Run(ParseResult arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        var budget = Given.Budget(arguments.GetValue(epsilon), arguments.GetValue(delta));
        if (budget.IsPure)
        {
            throw new BadInputException("--delta: expected a number above 0, got 0.");
        }

        var outcome = new Demo(arguments.GetValue(folder)!, budget).Run(terminal, cancellationToken);
        var accuracies = outcome.Accuracies;
        return new(
            new
            {
                pretrained = new { accuracy = accuracies.Pretrained },
                tuned = new { accuracy = accuracies.Tuned },
                nonPrivate = new { accuracy = accuracies.NonPrivate },
                rehearsed = new { accuracy = accuracies.Rehearsed },
                epsilon = budget.Epsilon,
                delta = budget.Delta,
                mu = outcome.Certificate.Mu,
                doesNothing = outcome.Rehearsal.DoesNothing,
                seconds = outcome.Stages.Sum(stage => stage.Seconds),
                files = outcome.Files,
            },
            people =>
            {
                people.Table("Unseen digits, turned by 30°", ["model", "read right"],
                [
                    ["pretrained on upright digits", $"{accuracies.Pretrained:P1}"],
                    [$"tuned privately, ε = {budget.Epsilon}, δ = {budget.Delta}", $"{accuracies.Tuned:P1}"],
                    ["foretold from public digits alone", $"{accuracies.Rehearsed:P1}"],
                    ["tuned without privacy", $"{accuracies.NonPrivate:P1}"],
                ]);
                if (outcome.Rehearsal.DoesNothing)
                {
                    people.Line("The rehearsal predicted harm at this budget, so the model was left as it was.");
                }

                foreach (var file in outcome.Files)
                {
                    people.Line($"wrote {Path.GetRelativePath(Environment.CurrentDirectory, file)}");
                }
            });
    }
}
