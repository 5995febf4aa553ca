using Quietune.Reporting.Html;

namespace Quietune.Reporting.Figures;

/// <summary>The curve δ(ε): every pair a promise stands for, with the promised one marked.</summary>
internal static class PrivacyProfileFigure
{
    private const int Steps = 120;

    /// <summary>Where the axis ends for a promise whose δ is 0.</summary>
    private const double LowestForPure = 1e-8;

    /// <summary>Draws the figure.</summary>
    public static Markup Render(string id, Promise promise)
    {
        var lowest = promise.IsPure ? LowestForPure : Math.Pow(10, Math.Floor(Math.Log10(promise.Delta)) - 3);
        var promised = Math.Max(promise.Delta, lowest);
        var horizontal = Axis.Linear("ε", 0, Math.Max(promise.Epsilon * 1.2, promise.EpsilonOf(lowest)));
        var vertical = Axis.Logarithmic("δ", lowest, 1);
        var curve = Curve(promise, horizontal.To, lowest);

        using var chart = new Chart(horizontal, vertical);
        chart.Area([.. curve, (horizontal.To, 1), (0, 1)], Ink.Soft);
        chart.Line([(promise.Epsilon, lowest), (promise.Epsilon, promised), (0, promised)], Ink.Muted, width: 1, isDashed: true);
        chart.Line(curve, Ink.Accent);
        chart.Point(promise.Epsilon, promised, Ink.Text);
        chart.Words(promise.Epsilon, promised, "promised", anchor: "start", dx: 11, dy: -11, isStrong: true);
        chart.Words(horizontal.To, 1, "holds as well", Ink.Accent, "end", dx: -10, dy: 18);

        return chart.Render(
            id,
            "Privacy profile",
            $"The smallest delta for each epsilon, on a logarithmic axis. It falls from {Numbers.Short(promise.DeltaOf(0))} at epsilon 0; "
            + $"the promised point is epsilon {Numbers.Short(promise.Epsilon)}, delta {Numbers.Short(promise.Delta)}. Every pair on the curve or above it holds.");
    }

    /// <summary>The curve as pairs (ε, δ), from ε = 0 on; a δ below the chart's is drawn at its edge.</summary>
    internal static IReadOnlyList<(double Epsilon, double Delta)> Curve(Promise promise, double to, double lowest) =>
        [.. Enumerable.Range(0, Steps + 1).Select(step => to * step / Steps).Select(epsilon => (epsilon, Math.Max(promise.DeltaOf(epsilon), promise.IsPure ? lowest : 1e-300)))];
}
