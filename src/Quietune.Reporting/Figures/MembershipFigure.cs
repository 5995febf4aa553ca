using Quietune.Reporting.Html;

namespace Quietune.Reporting.Figures;

/// <summary>Attacks on membership beside the most that the promise allows, both rates on logarithmic axes.</summary>
/// <remarks>Source: Carlini, Chien, Nasr, Song, Terzis and Tramèr 2022, section 3: what matters is the hit rate at few false alarms.</remarks>
internal static class MembershipFigure
{
    private const double Lowest = 1e-3;
    private const int Steps = 90;
    private static readonly Ink[] Colours = [Ink.Warm, Ink.Cool, Ink.Text];

    /// <summary>Draws the figure.</summary>
    public static Markup Render(string id, Promise promise, IReadOnlyList<MembershipStory> attacks)
    {
        var axis = Axis.Logarithmic("false alarms", Lowest, 1);
        using var chart = new Chart(axis, Axis.Logarithmic("members found", Lowest, 1));
        var bound = Enumerable.Range(0, Steps + 1).Select(step => Math.Pow(Lowest, 1 - ((double)step / Steps))).Select(rate => (rate, promise.HitRate(rate))).ToList();
        chart.Area([.. bound, (1, Lowest), (Lowest, Lowest)], Ink.Soft);
        chart.Line([(Lowest, Lowest), (1, 1)], Ink.Muted, width: 1.5f, isDashed: true);
        chart.Line(bound, Ink.Accent);
        chart.Words(Lowest, promise.HitRate(Lowest), "no attack is above this", Ink.Accent, "start", dx: 8, dy: -14, isStrong: true);
        foreach (var (attack, place) in attacks.Select((attack, place) => (attack, place)))
        {
            var colour = Colours[place % Colours.Length];
            chart.Line(attack.Curve.Where(point => point is { FalseAlarmRate: >= Lowest, HitRate: >= Lowest }).Select(point => (point.FalseAlarmRate, point.HitRate)), colour, width: 2);
            chart.Words(1, Lowest, attack.Attack, colour, "end", dx: -8, dy: -12 - (16 * (attacks.Count - 1 - place)), isStrong: true);
        }

        return chart.Render(
            id,
            "Attacks on membership",
            "The share of members found against the share of false alarms, on logarithmic axes. At 1 percent false alarms the promise allows at most "
            + $"{Numbers.PercentAtMost(promise.HitRate(0.01))}; found were {string.Join("; ", attacks.Select(attack => $"{Numbers.Percent(attack.HitRateAtOnePercent)} by {attack.Attack}"))}.");
    }
}
