using System.Diagnostics;
using Quietune.Cli.Terminals;
using Quietune.Privacy.Budgets;
using Quietune.Privacy.Noise;
using Quietune.Tuning.Planning;
using Quietune.Tuning.Rounds;

namespace Quietune.Cli.Experiments.Races;

/// <summary>The one loop of every comparison: methods × budgets × seeds, each method with the settings that its rehearsal found.</summary>
/// <remarks>Run number i of every method meets the same private rows and the same seed of the noise, so that runs can be compared in pairs. Seeded noise: an experiment, not a release.</remarks>
internal static class Race
{
    private const ulong FirstNoise = 1_000;

    /// <summary>Runs it.</summary>
    /// <returns>Budget by budget, in the order of the methods, the oracles behind them.</returns>
    public static IReadOnlyList<Raced<T>> Run<T>(RaceCourse<T> course, RaceEntries entries, Terminal terminal, CancellationToken cancellationToken)
    {
        var journal = entries.Journal is { } path ? new RaceJournal(path, course.Description) : null;
        var parts = new AutoParts<T>((method, budget, isOracle) => Run(course, method, budget, isOracle, entries.Seeds, journal, terminal, cancellationToken));
        return
        [
            .. from budget in entries.Budgets
               from runner in entries.Methods.Select(method => (Method: method, IsOracle: false)).Concat(entries.Oracles.Select(method => (Method: method, IsOracle: true)))
               select parts.Of(runner.Method, budget, runner.IsOracle),
        ];
    }

    private static Raced<T> Run<T>(RaceCourse<T> course, string method, PrivacyBudget budget, bool isOracle, int seeds, RaceJournal? journal, Terminal terminal, CancellationToken cancellationToken)
    {
        var expansion = course.Expansion;
        var (start, axes) = Methods.Of(method, expansion.Loss.Name, budget, course.NominalSize, expansion.Model.ParameterCount, course.Adjacency);
        start = start with { Plan = start.Plan with { PrivacyUnit = course.PrivacyUnit } };
        if (journal?.Find<T>(start, axes, isOracle, seeds) is { } known)
        {
            return known;
        }

        var watch = Stopwatch.StartNew();
        var found = terminal.Stage(
            $"{(isOracle ? "looking at the answer for" : "rehearsing")} {method}, ε = {budget.Epsilon}",
            progress => (isOracle ? course.Oracle! : course.Rehearsal).Search(start, axes, progress, cancellationToken));
        var rehearsalSeconds = watch.Elapsed.TotalSeconds;
        var (runs, passSeconds) = terminal.Stage($"tuning by {method}, ε = {budget.Epsilon}", progress => CarryOut(course, found.Plan, seeds, progress, cancellationToken));
        var raced = new Raced<T>(method, budget, isOracle, found, runs, passSeconds, rehearsalSeconds);
        journal?.Add(raced, start, axes);
        return raced;
    }

    private static (IReadOnlyList<T> Runs, double PassSeconds) CarryOut<T>(RaceCourse<T> course, TuningPlan plan, int seeds, IProgress<double> progress, CancellationToken cancellationToken)
    {
        var runs = new List<T>();
        var seconds = 0.0;
        for (var seed = 0; seed < seeds; seed++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var outcome = Tuner.Tune(course.Expansion, plan, course.PrivateRows((ulong)seed), new SeededNoise((ulong)seed + FirstNoise), cancellationToken: cancellationToken);
            runs.Add(course.Measure());
            seconds += outcome.PrivatePassTime.TotalSeconds / seeds;
            progress.Report((seed + 1.0) / seeds);
        }

        return (runs, seconds);
    }
}
