using Quietune.Reporting.Html;

namespace Quietune.Reporting.Figures;

/// <summary>One direction of a chart: its range, its ticks and their words.</summary>
/// <param name="Title">What it measures, with the unit.</param>
/// <param name="From">Start, as a position.</param>
/// <param name="To">End, as a position.</param>
/// <param name="Ticks">Positions and their words.</param>
/// <param name="IsLogarithmic">Whether a position is the base-ten logarithm of a value.</param>
internal sealed record Axis(string Title, double From, double To, IReadOnlyList<(double Position, string Text)> Ticks, bool IsLogarithmic = false)
{
    /// <summary>An axis of values from <paramref name="from"/> to at least <paramref name="to"/>, with round ticks.</summary>
    public static Axis Linear(string title, double from, double to, Func<double, string>? words = null)
    {
        words ??= Numbers.Short;
        var step = RoundStep((to - from) / 5);
        var first = Math.Floor(from / step + 1e-9);
        var last = Math.Ceiling(to / step - 1e-9);
        var ticks = Enumerable.Range(0, (int)(last - first) + 1).Select(index => (first + index) * step).Select(value => (value, words(value)));
        return new(title, first * step, last * step, [.. ticks]);
    }

    /// <summary>A logarithmic axis over whole decades that hold both values, with at most seven ticks.</summary>
    public static Axis Logarithmic(string title, double from, double to)
    {
        var first = (int)Math.Floor(Math.Log10(from) + 1e-9);
        var last = Math.Max(first + 1, (int)Math.Ceiling(Math.Log10(to) - 1e-9));
        var step = (last - first + 6) / 7;
        var ticks = Enumerable.Range(0, (last - first) / step + 1).Select(index => first + index * step);
        return new(title, first, last, [.. ticks.Select(power => ((double)power, power == 0 ? "1" : "10" + Numbers.Raised(power)))], true);
    }

    /// <summary>An axis without words, for bars that carry their own.</summary>
    public static Axis Silent(double from, double to) => new(string.Empty, from, to, []);

    /// <summary>Where a value lies.</summary>
    public double Position(double value) => IsLogarithmic ? Math.Log10(value) : value;

    private static double RoundStep(double rough)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        return power * (rough / power) switch
        {
            <= 1.0001 => 1,
            <= 2.0001 => 2,
            <= 5.0001 => 5,
            _ => 10,
        };
    }
}
