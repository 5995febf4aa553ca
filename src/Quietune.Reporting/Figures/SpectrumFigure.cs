using Quietune.Reporting.Html;

namespace Quietune.Reporting.Figures;

/// <summary>The public curvature along the coordinates, strongest first, with those that were released.</summary>
internal static class SpectrumFigure
{
    /// <summary>So far below the strongest, nothing is told apart.</summary>
    private const double Depth = 1e-8;

    /// <summary>Draws the figure.</summary>
    /// <exception cref="ArgumentException">There are fewer than two points.</exception>
    public static Markup Render(string id, GeometryStory geometry)
    {
        if (geometry.Spectrum.Count < 2)
        {
            throw new ArgumentException($"Expected at least two points of the spectrum, got {geometry.Spectrum.Count}.", nameof(geometry));
        }

        var highest = Math.Max(geometry.Spectrum.Max(point => point.Curvature), double.Epsilon);
        var lowest = Math.Max(geometry.Spectrum.Min(point => point.Curvature), highest * Depth);
        var (horizontal, vertical) = (Axis.Logarithmic("coordinate", 1, geometry.Parameters), Axis.Logarithmic("curvature / mean", lowest, highest));
        var floor = Math.Pow(10, vertical.From);
        var curve = geometry.Spectrum.Select(point => ((double)point.Rank, Math.Max(point.Curvature, floor))).ToList();
        var released = curve.Where(point => point.Item1 <= geometry.Dimension).ToList();
        using var chart = new Chart(horizontal, vertical);
        if (released.Count > 1)
        {
            chart.Area([.. released, (released[^1].Item1, floor), (released[0].Item1, floor)], Ink.Soft);
        }

        if (geometry.Damping is { } damping && damping > floor && damping < Math.Pow(10, vertical.To))
        {
            chart.Line([(1, damping), (Math.Pow(10, horizontal.To), damping)], Ink.Muted, width: 1.5f, isDashed: true);
            chart.Words(Math.Pow(10, horizontal.To), damping, "damping", Ink.Muted, "end", dx: -6, dy: -10);
        }

        chart.Line(curve, Ink.Accent);
        if (geometry.Dimension < geometry.Parameters)
        {
            chart.Line([(geometry.Dimension, floor), (geometry.Dimension, Math.Pow(10, vertical.To))], Ink.Text, width: 1.5f);
        }

        chart.Words(1, floor, "released", Ink.Accent, "start", dx: 10, dy: -14, isStrong: true);
        return chart.Render(
            id,
            "Spectrum of the public curvature",
            $"The curvature of each coordinate in units of the mean, on logarithmic axes. It falls from {Numbers.Short(geometry.Spectrum[0].Curvature)} at the first to "
            + $"{Numbers.Short(geometry.Spectrum[^1].Curvature)} at coordinate {Numbers.Count(geometry.Spectrum[^1].Rank)}; {Numbers.Count(geometry.Dimension)} of {Numbers.Count(geometry.Parameters)} were released.");
    }
}
