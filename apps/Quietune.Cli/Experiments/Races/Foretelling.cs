namespace Quietune.Cli.Experiments.Races;

/// <summary>How well rehearsals foretold what came, over all runs but the oracles'.</summary>
/// <param name="Runs">How many runs.</param>
/// <param name="MeanError">Mean distance of what came from what was foretold.</param>
/// <param name="WithinThreePoints">Share of runs where it was at most 0.03.</param>
internal sealed record Foretelling(int Runs, double MeanError, double WithinThreePoints)
{
    private const double Close = 0.03;

    /// <summary>Compares; null where there is no run.</summary>
    public static Foretelling? Of(IReadOnlyList<RaceLine> lines)
    {
        var errors = lines.Where(line => !line.Oracle).SelectMany(line => line.Reached.Values.Select(value => Math.Abs(value - line.Foretold))).ToList();
        return errors.Count == 0 ? null : new(errors.Count, errors.Average(), errors.Average(error => error <= Close ? 1.0 : 0));
    }
}
