using System.Text.RegularExpressions;
using Quietune.Onnx.Factors;

namespace Quietune.Onnx;

/// <summary>Which initializers of a graph to tune.</summary>
/// <remarks>
/// Words: <c>all</c> parameters; the <c>head</c>, which is the last layer with parameters before the output; every <c>bias</c>; every
/// <c>normalisation</c> scale and bias; or names, with * for any letters. Several words are taken together. Running statistics and
/// numbers that set operators are never tuned; a constant of one number, a mask and the centring of an input are when named in full.
/// </remarks>
public sealed class TrainSelection
{
    private readonly IReadOnlyList<string> words;

    private TrainSelection(IReadOnlyList<string> words) => this.words = words;

    /// <summary>All parameters: the default.</summary>
    public static TrainSelection All { get; } = new(["all"]);

    /// <summary>A selection by words.</summary>
    /// <param name="words">None means all.</param>
    public static TrainSelection Of(params IReadOnlyList<string> words) => words.Count == 0 ? All : new(words);

    /// <summary>The words.</summary>
    public override string ToString() => string.Join(" ", words);

    /// <summary>The names of the initializers chosen, in the file's order.</summary>
    /// <exception cref="ArgumentException">A word chooses nothing.</exception>
    internal HashSet<string> Choose(string path, IReadOnlyList<InitializerRole> roles)
    {
        var chosen = new HashSet<string>();
        foreach (var word in words)
        {
            var found = Chosen(word, roles).Select(role => role.Name).ToList();
            if (found.Count == 0)
            {
                var fixedOne = roles.FirstOrDefault(role => role.Name == word);
                throw Refusal.OfArgument(path, fixedOne is not null
                    ? $"expected a parameter to tune, got '{word}', which is {fixedOne.WhyFixed}."
                    : $"expected what to tune as all, head, bias, normalisation or names of float initializers, got '{word}', which is none of {string.Join(", ", roles.Where(role => role.WhyFixed is null).Select(role => $"'{role.Name}'"))}.");
            }

            chosen.UnionWith(found);
        }

        return chosen;
    }

    private static IEnumerable<InitializerRole> Chosen(string word, IReadOnlyList<InitializerRole> roles)
    {
        var parameters = roles.Where(role => role.WhyFixed is null).ToList();
        return word switch
        {
            "all" => parameters,
            "head" => Head(parameters),
            "bias" => parameters.Where(role => role.IsBias),
            "normalisation" or "normalization" => parameters.Where(role => role.IsNormalization),
            _ when word.Contains('*', StringComparison.Ordinal) => parameters.Where(role => Matches(word, role.Name)),
            _ => roles.Where(role => role.CanTrain && role.Name == word),
        };
    }

    /// <summary>The parameters of the last node that has any, and the weights of the layer that it is the bias of.</summary>
    private static List<InitializerRole> Head(List<InitializerRole> parameters)
    {
        var last = parameters.Select(role => role.LastUse).DefaultIfEmpty(-1).Max();
        var head = parameters.Where(role => role.LastUse == last).ToList();
        if (head.All(role => role.IsBias && !role.IsNormalization))
        {
            var before = parameters.Where(role => role.LastUse < last).Select(role => role.LastUse).DefaultIfEmpty(last).Max();
            head.AddRange(parameters.Where(role => role.LastUse == before && before != last));
        }

        return head;
    }

    private static bool Matches(string pattern, string name) =>
        Regex.IsMatch(name, $"^{Regex.Escape(pattern).Replace("\\*", ".*", StringComparison.Ordinal)}$", RegexOptions.Singleline | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking);
}
