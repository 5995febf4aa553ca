using System.CommandLine;
using System.CommandLine.Parsing;
using Quietune.Privacy.Budgets;

namespace Quietune.Cli.Verbs;

/// <summary>Options that several verbs share, and the checks of their values.</summary>
internal static class Given
{
    // An ε of 700 is a factor of 1e304 already; δ may not be so small that a double no longer holds its digits.
    private const double LargestEpsilon = 1e6;
    private const double LeastDelta = 1e-300;

    /// <summary>A number with a default.</summary>
    public static Option<double> Number(string name, string description, double? value = null) => new(name)
    {
        Description = description,
        CustomParser = result => One<double>(result, name, "a number", text => double.TryParse(text, out var number) && !double.IsNaN(number) ? number : null),
        DefaultValueFactory = value is { } known ? _ => known : null,
    };

    /// <summary>A whole number with a default.</summary>
    public static Option<int> Whole(string name, string description, int value, int least = 1) => new(name)
    {
        Description = description,
        CustomParser = result => One<int>(result, name, $"a whole number of at least {least}", text => int.TryParse(text, out var number) && number >= least ? number : null),
        DefaultValueFactory = _ => value,
    };

    /// <summary>Numbers given once or more.</summary>
    public static Option<double[]> Numbers(string name, string description, params double[] values) => new(name)
    {
        Description = description,
        AllowMultipleArgumentsPerToken = true,
        CustomParser = result =>
        {
            var numbers = new double[result.Tokens.Count];
            for (var i = 0; i < numbers.Length; i++)
            {
                if (!double.TryParse(result.Tokens[i].Value, out numbers[i]) || double.IsNaN(numbers[i]))
                {
                    result.AddError($"{name}: expected a number, got '{result.Tokens[i].Value}'.");
                }
            }

            return numbers;
        },
        DefaultValueFactory = values.Length > 0 ? _ => values : null,
    };

    /// <summary>Words from a list, given once or more.</summary>
    public static Option<string[]> Words(string name, string description, IReadOnlyList<string> known, params string[] values) => new(name)
    {
        Description = $"{description} ({string.Join(", ", known)})",
        AllowMultipleArgumentsPerToken = true,
        CustomParser = result =>
        {
            foreach (var token in result.Tokens.Where(token => !known.Contains(token.Value)))
            {
                result.AddError($"{name}: expected one of {string.Join(", ", known)}, got '{token.Value}'.");
            }

            return [.. result.Tokens.Select(token => token.Value)];
        },
        DefaultValueFactory = _ => values,
    };

    /// <summary>The neighbouring relation.</summary>
    public static Option<Adjacency> Neighbours() => new("--adjacency")
    {
        Description = "Which datasets are neighbours (add-remove, replace-one, zero-out).",
        CustomParser = result => One<Adjacency>(result, "--adjacency", "add-remove, replace-one or zero-out", text => text switch
        {
            "add-remove" => Adjacency.AddRemove,
            "replace-one" => Adjacency.ReplaceOne,
            "zero-out" => Adjacency.ZeroOut,
            _ => null,
        }),
        DefaultValueFactory = _ => Adjacency.AddRemove,
    };

    /// <summary>A budget from its two numbers.</summary>
    /// <exception cref="BadInputException">ε or δ is outside its range.</exception>
    public static PrivacyBudget Budget(double epsilon, double delta) =>
        !double.IsFinite(epsilon) || epsilon <= 0 ? throw new BadInputException($"--epsilon: expected a finite number above 0, got {epsilon}.")
        : epsilon > LargestEpsilon ? throw new BadInputException($"--epsilon: expected at most {LargestEpsilon}, got {epsilon}, which promises nothing.")
        : delta is not (>= 0 and < 1) ? throw new BadInputException($"--delta: expected a number in [0, 1), got {delta}.")
        : delta is > 0 and < LeastDelta ? throw new BadInputException($"--delta: expected 0 or at least {LeastDelta}, got {delta}.")
        : new(epsilon, delta);

    private static T One<T>(ArgumentResult result, string name, string expected, Func<string, T?> read)
        where T : struct
    {
        var text = result.Tokens.Count == 0 ? string.Empty : result.Tokens[^1].Value;
        if (read(text) is { } value)
        {
            return value;
        }

        result.AddError($"{name}: expected {expected}, got '{text}'.");
        return default;
    }
}
