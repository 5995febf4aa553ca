using System.CommandLine;
using Quietune.Cli.Terminals;
using Quietune.Privacy.Budgets;
using Quietune.Privacy.Profiles;

namespace Quietune.Cli.Verbs;

/// <summary><c>quietune account</c>: conversions between (ε, δ), μ and the noise multiplier, and compositions of Gaussian mechanisms.</summary>
internal sealed class AccountVerb : Verb
{
    private readonly Option<double?> epsilon = Optional("--epsilon", "ε of the whole composition.");
    private readonly Option<double?> delta = Optional("--delta", "δ of the whole composition.");
    private readonly Option<double[]> mu = Given.Numbers("--mu", "μ of each Gaussian mechanism; several compose.");
    private readonly Option<double[]> noiseMultiplier = Given.Numbers("--noise-multiplier", "Noise multiplier of each Gaussian mechanism; several compose.");
    private readonly Option<int> rounds = Given.Whole("--rounds", "How many equal releases share the budget, or how often those given are repeated.", 1);
    private readonly Option<Adjacency> adjacency = Given.Neighbours();

    /// <summary>Makes the verb.</summary>
    public AccountVerb(Terminal terminal)
        : base(terminal, "account", "Converts between (ε, δ), μ and noise multipliers, and composes Gaussian mechanisms.", "quietune account --epsilon 1 --delta 1e-5 --json")
    {
        Add(epsilon);
        Add(delta);
        Add(mu);
        Add(noiseMultiplier);
        Add(rounds);
        Add(adjacency);
    }

    /// <inheritdoc/>
    protected override VerbResult Run(ParseResult arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        var (epsilonGiven, deltaGiven, roundCount) = (arguments.GetValue(epsilon), arguments.GetValue(delta), arguments.GetValue(rounds));
        var doubling = arguments.GetValue(adjacency) == Adjacency.ReplaceOne ? 2 : 1;
        var parts = Parts(arguments, doubling);
        if (parts.Count == 0)
        {
            var budget = epsilonGiven is { } e && deltaGiven is { } d ? Given.Budget(e, d) : throw new BadInputException("expected --epsilon and --delta, or --mu or --noise-multiplier with one of them.");
            return budget.IsPure ? throw new BadInputException("--delta: expected a number above 0, got 0: no Gaussian mechanism is purely differentially private.")
                : Told(GaussianProfile.MuOf(budget), budget.Epsilon, budget.Delta, roundCount, doubling);
        }

        var total = GaussianProfile.Compose([.. Enumerable.Repeat(parts, roundCount).SelectMany(part => part)]);
        return (epsilonGiven, deltaGiven) switch
        {
            (null, { } d) => Told(total, GaussianProfile.EpsilonOf(total, Given.Budget(1, d).Delta), d, roundCount, doubling),
            ({ } e, null) => Told(total, e, GaussianProfile.DeltaOf(total, e >= 0 && double.IsFinite(e) ? e : throw new BadInputException($"--epsilon: expected a finite number of at least 0, got {e}.")), roundCount, doubling),
            _ => throw new BadInputException("expected one of --epsilon and --delta beside --mu or --noise-multiplier: the other follows."),
        };
    }

    private static VerbResult Told(double total, double epsilon, double delta, int rounds, int doubling)
    {
        // Noise up, μ of a round down: to the safe side.
        var each = rounds == 1 ? total : Math.BitDecrement(Math.BitDecrement(total / Math.Sqrt(rounds)));
        var multiplier = Math.BitIncrement(doubling / each);
        return new(
            new { epsilon, delta, mu = total, rounds, muPerRound = each, noiseMultiplier = multiplier },
            terminal => terminal.Table("Gaussian mechanism", ["", "value"],
            [
                ["ε", $"{epsilon:G10}"],
                ["δ", $"{delta:G10}"],
                ["μ, all releases", $"{total:G10}"],
                ["releases", $"{rounds}"],
                ["μ of each", $"{each:G10}"],
                ["noise multiplier of each (standard deviation / clip norm)", $"{multiplier:G10}"],
            ]));
    }

    private static Option<double?> Optional(string name, string description) => new(name)
    {
        Description = description,
        CustomParser = result =>
        {
            if (double.TryParse(result.Tokens[^1].Value, out var number) && !double.IsNaN(number))
            {
                return number;
            }

            result.AddError($"{name}: expected a number, got '{result.Tokens[^1].Value}'.");
            return null;
        },
    };

    private List<double> Parts(ParseResult arguments, int doubling)
    {
        var parts = new List<double>();
        foreach (var value in arguments.GetValue(mu) ?? [])
        {
            parts.Add(value > 0 && double.IsFinite(value) ? value : throw new BadInputException($"--mu: expected a finite number above 0, got {value}."));
        }

        foreach (var value in arguments.GetValue(noiseMultiplier) ?? [])
        {
            parts.Add(value > 0 && double.IsFinite(value) ? Math.BitIncrement(doubling / value) : throw new BadInputException($"--noise-multiplier: expected a finite number above 0, got {value}."));
        }

        return parts;
    }
}
