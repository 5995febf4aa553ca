using Quietune.Privacy.Budgets;
using Quietune.Tuning.Planning;

namespace Quietune.Cli.Experiments.Races;

/// <summary>Lets <see cref="AutoMethod"/> race: its methods rehearse and run once, whether they race by themselves too or not.</summary>
/// <typeparam name="T">What is measured of a tuned model.</typeparam>
/// <param name="run">Rehearses and runs a method that is not <see cref="AutoMethod"/>.</param>
internal sealed class AutoParts<T>(Func<string, PrivacyBudget, bool, Raced<T>> run)
{
    private readonly Dictionary<(string Method, PrivacyBudget Budget, bool IsOracle), Raced<T>> done = [];
    private readonly Dictionary<(string Method, PrivacyBudget Budget, bool IsOracle), Raced<T>> ahead = [];

    /// <summary>What a method did at a budget.</summary>
    public Raced<T> Of(string method, PrivacyBudget budget, bool isOracle)
    {
        if (method != AutoMethod.Name)
        {
            return ahead.Remove((method, budget, isOracle), out var known) ? known : done[(method, budget, isOracle)] = run(method, budget, isOracle);
        }

        var raced = AutoMethod.Among(method, budget).Select(Part).ToList();
        var best = raced[AutoMethod.Best([.. raced.Select(part => part.Found)])];
        return best with
        {
            Method = method,
            Found = best.Found with { Tried = raced.Sum(part => part.Found.Tried) },
            RehearsalSeconds = raced.Sum(part => part.RehearsalSeconds),
        };

        Raced<T> Part(string name)
        {
            var key = (name, budget, isOracle);
            return done.TryGetValue(key, out var known) ? known : done[key] = ahead[key] = run(name, budget, isOracle);
        }
    }
}
