using System.CommandLine;
using Quietune.Cli.Jobs;
using Quietune.Cli.Terminals;
using Quietune.Privacy.Accounting;
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
    private readonly Option<double[]> pure = Given.Numbers("--pure", "ε of each purely private release; several compose.");
    private readonly Option<double[]> exponential = Given.Numbers("--exponential", "ε of each draw of the exponential mechanism, as 'tune --delta 0' makes one; several compose.");
    private readonly Option<double> samplingRate = Given.Number("--sampling-rate", "The probability with which a unit takes part in each Gaussian mechanism, by Poisson sampling.", 1);
    private readonly Option<double?> tries = Optional("--select-from", "Publish only the best of a random number of tries of all this: its mean, above 1. The score by which tries are compared must be among the releases.");
    private readonly Option<string> law = new("--select-law") { Description = "The law of the number of tries: geometric (Liu and Talwar 2019) or poisson (Papernot and Steinke 2022).", DefaultValueFactory = _ => "geometric" };
    private readonly Option<int> rounds = Given.Whole("--rounds", "How many equal releases share the budget, or how often those given are repeated.", 1);
    private readonly Option<Adjacency> adjacency = Given.Neighbours();

    /// <summary>Makes the verb.</summary>
    public AccountVerb(Terminal terminal)
        : base(terminal, "account", "Converts between (ε, δ), μ and noise multipliers, and composes Gaussian, sampled, pure and exponential mechanisms and private selection.", "quietune account --epsilon 1 --delta 1e-5 --json")
    {
        Add(epsilon);
        Add(delta);
        Add(mu);
        Add(noiseMultiplier);
        Add(pure);
        Add(exponential);
        Add(samplingRate);
        Add(tries);
        Add(law);
        Add(rounds);
        Add(adjacency);
    }

    /// <inheritdoc/>
    protected override VerbResult Run(ParseResult arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        var (epsilonGiven, deltaGiven, roundCount) = (arguments.GetValue(epsilon), arguments.GetValue(delta), arguments.GetValue(rounds));
        var doubling = arguments.GetValue(adjacency) == Adjacency.ReplaceOne ? 2 : 1;
        if (Released(arguments) is { } released)
        {
            return EventAccount.Of(released, epsilonGiven, deltaGiven, arguments.GetValue(adjacency));
        }

        var parts = Parts(arguments, doubling);
        if (parts.Count == 0)
        {
            var budget = epsilonGiven is { } e && deltaGiven is { } d ? Given.Budget(e, d) : throw new BadInputException("expected --epsilon and --delta, or --mu or --noise-multiplier with one of them.");
            return budget.IsPure ? Pure(budget.Epsilon, roundCount)
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

    /// <summary>A purely private budget, which no Gaussian mechanism can spend: ε adds up.</summary>
    private static VerbResult Pure(double epsilon, int rounds)
    {
        var (mu, each) = (PureProfile.MuOf(epsilon), Math.BitDecrement(epsilon / rounds));
        return new(
            new { epsilon, delta = 0, mu, rounds, epsilonPerRound = rounds == 1 ? epsilon : each },
            terminal => terminal.Table("Pure differential privacy", ["", "value"],
            [
                ["ε", $"{epsilon:G10}"],
                ["δ", "0"],
                ["releases", $"{rounds}"],
                ["ε of each draw of the exponential mechanism", $"{(rounds == 1 ? epsilon : each):G10}"],
                ["μ that this implies", $"{mu:G10}"],
            ]));
    }

    /// <summary>What was released, where it is more than Gaussian mechanisms on all rows; otherwise null.</summary>
    private PrivacyEvent? Released(ParseResult arguments)
    {
        var rate = arguments.GetValue(samplingRate);
        var mean = arguments.GetValue(tries);
        var (pures, draws) = (arguments.GetValue(pure) ?? [], arguments.GetValue(exponential) ?? []);
        if (rate == 1 && mean is null && pures.Length + draws.Length == 0)
        {
            return null;
        }

        return Inputs.Checked<PrivacyEvent>(() =>
        {
            var gaussians = (arguments.GetValue(noiseMultiplier) ?? []).Concat((arguments.GetValue(mu) ?? []).Select(value => 1 / value)).Select(value => new GaussianEvent(value));
            PrivacyEvent[] parts =
            [
                .. gaussians.Select(PrivacyEvent (gaussian) => rate == 1 ? gaussian : new PoissonSampledEvent(rate, gaussian)),
                .. pures.Select(value => new PureEvent(value)),
                .. draws.Select(value => new ExponentialMechanismEvent(value)),
            ];
            PrivacyEvent all = parts.Length == 0 ? throw new BadInputException("expected --noise-multiplier, --mu, --pure or --exponential with what was released.") : new ComposedEvent(parts);
            all = arguments.GetValue(rounds) is > 1 and var count ? new SelfComposedEvent(all, count) : all;
            return mean is { } tried ? new SelectionEvent(all, Law(arguments.GetValue(law)!, tried)) : all;
        });
    }

    private static TrialCount Law(string law, double mean) => law switch
    {
        "geometric" when mean > 1 => new NegativeBinomialTrials(1, 1 / mean),
        "poisson" when mean > 1 => new PoissonTrials(mean),
        "geometric" or "poisson" => throw new BadInputException($"--select-from: expected a mean above 1, got {mean}."),
        _ => throw new BadInputException($"--select-law: expected geometric or poisson, got '{law}'."),
    };

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
