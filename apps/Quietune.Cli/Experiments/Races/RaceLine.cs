using Quietune.Tuning.Planning;

namespace Quietune.Cli.Experiments.Races;

/// <summary>One method at one budget.</summary>
/// <param name="Method">Its name.</param>
/// <param name="Oracle">Whether its settings were found by looking at the private and test rows.</param>
/// <param name="Epsilon">ε.</param>
/// <param name="Delta">δ.</param>
/// <param name="Measures">Every measure on test rows, over seeds, by its key.</param>
/// <param name="Reached">The one that the race is about.</param>
/// <param name="Foretold">What the rehearsal foretold of it: what the pretrained model reaches, and the gain that the scenarios show from there.</param>
/// <param name="Found">What the rehearsal found.</param>
/// <param name="PassSeconds">Time in the passes over the private rows, mean over seeds.</param>
/// <param name="RehearsalSeconds">Time to find the settings.</param>
internal sealed record RaceLine(
    string Method,
    bool Oracle,
    double Epsilon,
    double Delta,
    IReadOnlyDictionary<string, Spread> Measures,
    Spread Reached,
    double Foretold,
    RehearsalResult Found,
    double PassSeconds,
    double RehearsalSeconds)
{
    /// <summary>The line of what was raced.</summary>
    /// <param name="raced">One method at one budget.</param>
    /// <param name="values">The measures of one run.</param>
    /// <param name="headline">Key of the one that the race is about.</param>
    /// <param name="before">That measure of the pretrained model.</param>
    public static RaceLine Of<T>(Raced<T> raced, Func<T, IReadOnlyDictionary<string, double>> values, string headline, double before)
    {
        var runs = raced.Runs.Select(values).ToList();
        var measures = runs[0].Keys.ToDictionary(key => key, key => Spread.Of([.. runs.Select(run => run[key])]));
        return new(
            raced.Method, raced.IsOracle, raced.Budget.Epsilon, raced.Budget.Delta, measures, measures[headline], before + raced.Found.GainFrom(before), raced.Found, raced.PassSeconds, raced.RehearsalSeconds);
    }

    /// <summary>Mean distance of the runs from what was foretold.</summary>
    public double ForetoldError => Reached.Values.Average(value => Math.Abs(value - Foretold));
}
