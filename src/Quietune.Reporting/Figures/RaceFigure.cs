using Quietune.Reporting.Html;

namespace Quietune.Reporting.Figures;

/// <summary>The figures of a race: the measure against ε, against time, and against what was foretold.</summary>
/// <param name="story">The race.</param>
internal sealed class RaceFigure(RaceStory story)
{
    private const int Height = 440;
    private const double Frame = 62;
    private const double Close = 0.03;
    private static readonly Ink[] Own = [Ink.Accent, Ink.Warm, Ink.Cool];

    private readonly List<string> ours = [.. story.Results.Where(result => result.Role == RaceRole.Ours).Select(result => result.Method).Distinct()];

    /// <summary>Every method's line over the budgets, ours with the bands of their intervals.</summary>
    public Markup AgainstEpsilon(string id) => AgainstEpsilon(id, story.Results, $"{story.Measure} of every method", Height, isAlone: false);

    /// <summary>One other method beside ours.</summary>
    public Markup Beside(string id, string name) => AgainstEpsilon(
        id, [.. story.Results.Where(result => result.Role == RaceRole.Ours || result.Name == name)], $"{name} beside ours", 300, isAlone: true);

    /// <summary>What every method reaches at one budget, against the time to a tuned model.</summary>
    public Markup AgainstTime(string id, double epsilon)
    {
        var results = story.Results.Where(result => result.Epsilon == epsilon).OrderByDescending(result => result.Mean).ToList();
        var decades = Axis.Logarithmic("seconds for rehearsal and passes", Math.Max(results.Min(result => result.Seconds), 1e-3), Math.Max(results.Max(result => result.Seconds), 1e-3));
        var horizontal = decades with { To = decades.To + ((decades.To - decades.From) * 0.5) };
        var vertical = Vertical(results);
        using var chart = new Chart(horizontal, vertical, 360);
        var places = EndWords.Places([.. results.Select(result => result.Mean)], vertical, 360 - Frame);
        foreach (var (result, place) in results.Zip(places))
        {
            var (seconds, ink) = (Math.Max(result.Seconds, 1e-3), InkOf(result));
            chart.Line([(seconds, result.Mean), (Math.Pow(10, decades.To), place)], Ink.Grid, width: 1);
            chart.Point(seconds, result.Mean, ink);
            chart.Words(Math.Pow(10, decades.To), place, result.Name, ink, dx: 4, isStrong: result.Role == RaceRole.Ours);
        }

        return chart.Render(id, $"{story.Measure} against time at ε = {Numbers.Short(epsilon)}", string.Join("; ", results.Select(result => $"{result.Name} {Told(result.Mean)} in {Numbers.Duration(result.Seconds)}")));
    }

    /// <summary>What came against what was foretold, for every result that is no oracle's.</summary>
    public Markup AgainstForetold(string id)
    {
        var results = story.Results.Where(result => result.Role != RaceRole.Oracle).ToList();
        var values = results.SelectMany(result => new[] { result.Mean, result.Foretold }).ToList();
        var (low, high) = (values.Min() - 0.01, values.Max() + 0.01);
        var (horizontal, vertical) = (Axis.Linear(story.IsShare ? "foretold, %" : "foretold", low, high, Ticks(low, high)), Axis.Linear(story.IsShare ? "reached, %" : "reached", low, high, Ticks(low, high)));
        using var chart = new Chart(horizontal, vertical);
        var (from, to) = (horizontal.From, horizontal.To);
        chart.Area([(from, from - Close), (to, to - Close), (to, to + Close), (from, from + Close)], Ink.Soft);
        chart.Line([(from, from), (to, to)], Ink.Muted, width: 1);
        foreach (var result in results)
        {
            chart.Point(result.Foretold, result.Mean, InkOf(result));
        }

        return chart.Render(id, "What came against what was foretold", string.Join("; ", results.Select(result => $"{result.Name} at ε = {Numbers.Short(result.Epsilon)}: foretold {Told(result.Foretold)}, reached {Told(result.Mean)}")));
    }

    private Markup AgainstEpsilon(string id, IReadOnlyList<RaceResult> results, string title, int height, bool isAlone)
    {
        var lines = results.GroupBy(result => (result.Name, result.Role)).Select(line => line.OrderBy(result => result.Epsilon).ToList()).ToList();
        var horizontal = Budgets(results);
        var vertical = Vertical(results);
        using var chart = new Chart(horizontal, vertical, height);
        foreach (var line in lines.Where(line => line[0].Role == RaceRole.Ours && line.Count > 1 && line.TrueForAll(result => result.Low is not null)))
        {
            chart.Area([.. line.Select(result => (result.Epsilon, result.High!.Value)), .. Enumerable.Reverse(line).Select(result => (result.Epsilon, result.Low!.Value))], Ink.Soft);
        }

        chart.Line([(Math.Pow(10, horizontal.From), story.Before), (results.Max(result => result.Epsilon), story.Before)], Ink.Muted, width: 1);
        chart.Words(Math.Pow(10, horizontal.From), story.Before, "pretrained", Ink.Muted, dx: 6, dy: -10);
        var places = EndWords.Places([.. lines.Select(line => line[^1].Mean)], vertical, height - Frame);
        foreach (var (line, place) in lines.Zip(places).OrderBy(line => line.First[0].Role == RaceRole.Ours))
        {
            var ink = isAlone && line[0].Role != RaceRole.Ours ? Ink.Text : InkOf(line[0]);
            chart.Line(line.Select(result => (result.Epsilon, result.Mean)), ink, line[0].Role == RaceRole.Ours ? 2.5f : 1.25f);
            foreach (var result in line)
            {
                chart.Point(result.Epsilon, result.Mean, ink, size: line[0].Role == RaceRole.Ours ? 8 : 5);
                if (isAlone && result is { Low: { } low, High: { } high })
                {
                    chart.Span(result.Epsilon, Math.Max(low, vertical.From), Math.Min(high, vertical.To), ink);
                }
            }

            chart.Words(line[^1].Epsilon, place, line[0].Name, ink, dx: 9, isStrong: line[0].Role == RaceRole.Ours);
        }

        return chart.Render(id, title, string.Join("; ", lines.Select(line => $"{line[0].Name}: {string.Join(", ", line.Select(result => $"{Told(result.Mean)} at ε = {Numbers.Short(result.Epsilon)}"))}")));
    }

    /// <summary>A logarithmic axis with the raced budgets as its ticks, and room for words at its right.</summary>
    private static Axis Budgets(IReadOnlyList<RaceResult> results)
    {
        var budgets = results.Select(result => result.Epsilon).Distinct().Order().ToList();
        var (from, to) = (Math.Log10(budgets[0]), Math.Log10(budgets[^1]));
        var length = Math.Max(to - from, 0.3);
        return new("ε", from - (0.06 * length), to + (0.5 * length), [.. budgets.Select(budget => (Math.Log10(budget), Numbers.Short(budget)))], IsLogarithmic: true);
    }

    /// <summary>From the least to the greatest mean, the pretrained model's among them.</summary>
    private Axis Vertical(IReadOnlyList<RaceResult> results)
    {
        var means = results.Select(result => result.Mean).Append(story.Before).ToList();
        var (low, high) = (means.Min(), means.Max());
        var room = Math.Max(0.08 * (high - low), 1e-3);
        return Axis.Linear(story.IsShare ? $"{story.Measure}, %" : story.Measure, low - room, high + room, Ticks(low, high));
    }

    private Ink InkOf(RaceResult result) => result.Role switch
    {
        RaceRole.Ours => Own[ours.IndexOf(result.Method) % Own.Length],
        RaceRole.Oracle => Ink.Text,
        _ => Ink.Muted,
    };

    /// <summary>The words of an axis's ticks: short, for they share the margin with its title.</summary>
    private Func<double, string> Ticks(double low, double high) => story.IsShare ? value => Numbers.Fixed(100 * value, high - low > 0.04 ? 0 : 1) : Numbers.Short;

    private string Told(double value) => story.IsShare ? Numbers.Percent(value) : Numbers.Short(value);
}
