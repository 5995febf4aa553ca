using System.CommandLine;
using Quietune.Cli.Experiments.Races;
using Quietune.Tuning.Baselines;
using Quietune.Tuning.Planning;

namespace Quietune.Cli.Verbs;

/// <summary>The options of every verb that races methods: which, at which budgets, how often, and what is kept of it.</summary>
internal sealed class RaceOptions
{
    private const string Every = "all";
    private const string Variants = "ablations";
    private static readonly IReadOnlyList<string> Known = [.. Methods.Names, AutoMethod.Name];
    private readonly Option<double[]> epsilon;
    private readonly Option<double> delta = Given.Number("--delta", "δ of each budget.", 1e-5);
    private readonly Option<string[]> method;
    private readonly Option<int> seeds;
    private readonly IReadOnlyList<string> every;
    private readonly Option<string[]> oracle;
    private readonly Option<string?> journal = new("--journal") { Description = "Add each result to this file as it comes, and take from it those of an earlier run of the same race by the same version." };
    private readonly Option<string?> html = new("--html") { Description = "Write the race as a page of HTML to this file." };

    /// <summary>Makes the options.</summary>
    /// <param name="epsilon">The usual budget.</param>
    /// <param name="seeds">The usual number of runs.</param>
    /// <param name="run">What changes from seed to seed.</param>
    /// <param name="methods">The usual methods.</param>
    public RaceOptions(double epsilon, int seeds, string run, params string[] methods)
        : this(epsilon, seeds, run, Known, [.. Ablations.Names, Variants], methods)
    {
    }

    /// <summary>Makes the options of a race among a few methods.</summary>
    /// <param name="epsilon">The usual budget.</param>
    /// <param name="seeds">The usual number of runs.</param>
    /// <param name="run">What changes from seed to seed.</param>
    /// <param name="known">The methods that there are.</param>
    /// <param name="methods">The usual ones.</param>
    public RaceOptions(double epsilon, int seeds, string run, IReadOnlyList<string> known, params string[] methods)
        : this(epsilon, seeds, run, known, [], methods)
    {
    }

    /// <summary>The options of a race of all methods, where a few others can be named that not every model allows.</summary>
    /// <param name="also">Those others; <c>all</c> leaves them out.</param>
    /// <param name="epsilon">The usual budget.</param>
    /// <param name="seeds">The usual number of runs.</param>
    /// <param name="run">What changes from seed to seed.</param>
    /// <param name="methods">The usual methods.</param>
    public static RaceOptions With(IReadOnlyList<string> also, double epsilon, int seeds, string run, params string[] methods) =>
        new(epsilon, seeds, run, Known, [.. Ablations.Names, Variants, .. also], methods);

    private RaceOptions(double epsilon, int seeds, string run, IReadOnlyList<string> known, IReadOnlyList<string> others, string[] methods)
    {
        every = known;
        this.epsilon = Given.Numbers("--epsilon", "Budgets to try.", epsilon);
        method = Given.Words("--method", "Methods to try", [.. known, .. others, Every], methods);
        this.seeds = Given.Whole("--seeds", $"Draws of {run}.", seeds);
        oracle = Given.Words("--oracle", "Also these methods, or all of --method, with settings found by looking at the private and test rows: cheating, as a mark", [.. known, .. others.Where(name => name != Variants)]);
        oracle.Arity = ArgumentArity.ZeroOrMore;
    }

    /// <summary>All of them.</summary>
    public IEnumerable<Option> All => [epsilon, delta, method, seeds, oracle, journal, html];

    /// <summary>Who races.</summary>
    /// <exception cref="BadInputException">A budget is out of its range.</exception>
    public RaceEntries Read(ParseResult arguments)
    {
        var chosen = arguments.GetValue(method)!.SelectMany(name => name switch { Every => every, Variants => Ablations.Names, _ => [name] }).Distinct().ToList();
        var oracles = arguments.GetResult(oracle) is not { Implicit: false } ? [] : arguments.GetValue(oracle) is { Length: > 0 } named ? named : (IReadOnlyList<string>)chosen;
        if (arguments.GetValue(delta) == 0 && chosen.Concat(oracles).FirstOrDefault(name => name is not (Methods.OneDraw or AutoMethod.Name)) is { } normal)
        {
            throw new BadInputException($"--delta: expected a number above 0 for {normal}, got 0: of all methods {Methods.OneDraw} alone can be purely private.");
        }

        return new(chosen, [.. arguments.GetValue(epsilon)!.Distinct().Select(value => Given.Budget(value, arguments.GetValue(delta)))], arguments.GetValue(seeds))
        {
            Oracles = oracles,
            Journal = arguments.GetValue(journal),
        };
    }

    /// <summary>The file of the page, refused early where it cannot be; null for none.</summary>
    /// <exception cref="BadInputException">It cannot be written.</exception>
    public string? Page(ParseResult arguments) => arguments.GetValue(html) is { } path ? Jobs.OutputFile.Named("--html", path) : null;
}
