using Quietune.Reporting.Html;

namespace Quietune.Reporting.Figures;

/// <summary>Accuracy before, after, and without privacy, as bars from zero.</summary>
internal static class AccuracyFigure
{
    private const double Half = 0.22;

    /// <summary>Draws the figure.</summary>
    public static Markup Render(string id, Accuracies accuracies)
    {
        var bars = new List<(string Name, double Value, Ink Ink)>
        {
            ("before", accuracies.Pretrained, Ink.Plain),
            ("after, with privacy", accuracies.Tuned, Ink.Accent),
        };
        if (accuracies.NonPrivate is { } nonPrivate)
        {
            bars.Add(("after, without privacy", nonPrivate, Ink.Plain));
        }

        var count = bars.Count;
        using var chart = new Chart(
            Axis.Linear(string.Empty, 0, 1, share => Numbers.Fixed(100 * share, 0) + "\u202F%"),
            Axis.Silent(0, count),
            height: 48 + 76 * count);
        for (var index = 0; index < count; index++)
        {
            var (name, value, ink) = bars[index];
            var middle = count - index - 0.62;
            chart.Bar(0, middle - Half, value, middle + Half, ink);
            chart.Words(0, middle + Half, name, dy: -11, isStrong: ink == Ink.Accent);
            chart.Words(value, middle + Half, Numbers.Percent(value), anchor: "end", dy: -11, isStrong: ink == Ink.Accent);
            if (ink == Ink.Accent && accuracies.Rehearsed is { } foretold)
            {
                chart.Line([(foretold, middle - Half - 0.06), (foretold, middle + Half + 0.06)], Ink.Text, width: 2);
            }
        }

        return chart.Render(
            id,
            "Accuracy on unseen digits",
            string.Join("; ", bars.Select(bar => $"{bar.Name} {Numbers.Percent(bar.Value)}"))
            + (accuracies.Rehearsed is { } rehearsed ? $"; foretold by the rehearsal {Numbers.Percent(rehearsed)}." : "."));
    }
}
