using Quietune.Privacy.Budgets;
using Quietune.Tuning.Planning;

namespace Quietune.Cli.Experiments.Races;

/// <summary>What one method did at one budget.</summary>
/// <typeparam name="T">What is measured of a tuned model.</typeparam>
/// <param name="Method">Its name.</param>
/// <param name="Budget">ε and δ.</param>
/// <param name="IsOracle">Whether its settings were found by looking at the private and test rows: a mark, not a private method.</param>
/// <param name="Found">What its rehearsal found.</param>
/// <param name="Runs">The measure, for each seed.</param>
/// <param name="PassSeconds">Time in the passes over the private rows, mean over seeds.</param>
/// <param name="RehearsalSeconds">Time to find the settings.</param>
internal sealed record Raced<T>(
    string Method, PrivacyBudget Budget, bool IsOracle, RehearsalResult Found, IReadOnlyList<T> Runs, double PassSeconds, double RehearsalSeconds);
