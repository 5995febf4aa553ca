using Quietune.Reporting.Html;

namespace Quietune.Reporting.Figures;

/// <summary>The trade-off function as an attacker meets it: the best hit rate for each rate of false alarms.</summary>
/// <remarks>Source: Dong, Roth and Su 2022, section 2; the hit rate is one minus the type II error.</remarks>
internal static class AttackFigure
{
    private const int Steps = 100;

    /// <summary>Draws the figure, with attacks that were tried as points.</summary>
    public static Markup Render(string id, Promise promise, IReadOnlyList<AttackPoint> attacks)
    {
        // Denser towards both ends, where the curve bends.
        var rates = Enumerable.Range(0, Steps + 1).Select(step => (1 - Math.Cos(Math.PI * step / Steps)) / 2).ToList();
        var curve = rates.Select(rate => (rate, promise.HitRate(rate))).ToList();

        using var chart = new Chart(Axis.Linear("false alarms", 0, 1, Percent), Axis.Linear("members found", 0, 1, Percent));
        chart.Area([.. curve, (1, 0), (0, 0)], Ink.Soft);
        chart.Line([(0, 0), (1, 1)], Ink.Muted, width: 1.5f, isDashed: true);
        chart.Line(curve, Ink.Accent);
        foreach (var attack in attacks)
        {
            chart.Point(attack.FalseAlarmRate, attack.HitRate, Ink.Warm, ScottPlot.MarkerShape.FilledDiamond);
        }

        chart.Words(0.55, promise.HitRate(0.55), "no attack is above this", Ink.Accent, "end", dx: -8, dy: -14, isStrong: true);
        chart.Words(0.5, 0.5, "guessing", Ink.Muted, "start", dx: 12, dy: 12);

        return chart.Render(id, "Best possible attack", Describe(promise, attacks));
    }

    private static string Describe(Promise promise, IReadOnlyList<AttackPoint> attacks)
    {
        var tried = attacks.Count == 0
            ? string.Empty
            : " Attacks tried: " + string.Join("; ", attacks.Select(attack => $"{attack.Name}, {Numbers.Percent(attack.HitRate)} at {Numbers.Percent(attack.FalseAlarmRate)}")) + ".";
        return $"The largest share of members any attack finds, against its share of false alarms. At 5 percent false alarms it finds at most {Numbers.PercentAtMost(promise.HitRate(0.05))}, "
            + $"at 50 percent at most {Numbers.PercentAtMost(promise.HitRate(0.5))}; guessing finds 5 and 50 percent.{tried}";
    }

    private static string Percent(double share) => Numbers.Fixed(100 * share, 0) + "\u202F%";
}
