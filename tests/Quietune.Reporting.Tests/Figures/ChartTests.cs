using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Quietune.Reporting.Figures;

namespace Quietune.Reporting.Tests.Figures;

public sealed partial class ChartTests
{
    [Fact]
    public void Span_ReachesFromItsLowToItsHighValue()
    {
        using var chart = new Chart(Axis.Linear("x", 0, 1), Axis.Linear("y", 0, 1));
        chart.Span(0.5, 0.2, 0.8, Ink.Warm);
        chart.Point(0.5, 0.2, Ink.Cool);
        chart.Point(0.5, 0.8, Ink.Accent);
        var svg = XElement.Parse(chart.Render("chart", "title", "text").ToString());
        var heights = Strokes(svg, "warm").SelectMany(stroke => Number().Matches((string?)stroke.Attribute("d") ?? $"{stroke.Attribute("x1")?.Value} {stroke.Attribute("y1")?.Value} {stroke.Attribute("x2")?.Value} {stroke.Attribute("y2")?.Value}")
            .Select(found => double.Parse(found.Value, CultureInfo.InvariantCulture)).Chunk(2).Select(pair => pair[1])).ToList();
        Assert.Equal(Height(svg, "cool"), heights.Max(), 1.0);
        Assert.Equal(Height(svg, "accent"), heights.Min(), 1.0);
    }

    // Pieces of 6 and gaps of 4, carried on around corners: three fifths of the line's length is drawn, and its first end is.
    [Fact]
    public void Line_Dashed_DrawsThreeFifthsOfItInPieces()
    {
        var (whole, pieces) = (Lengths(isDashed: false), Lengths(isDashed: true));
        Assert.Single(whole);
        Assert.Equal(Math.Round(whole[0] / 10), pieces.Count, 2.0);
        Assert.Equal(0.6 * whole[0], pieces.Sum(), 6.0);

        static List<double> Lengths(bool isDashed)
        {
            using var chart = new Chart(Axis.Linear("x", 0, 1), Axis.Linear("y", 0, 1));
            chart.Line([(0, 0), (0.5, 1), (1, 0.3)], Ink.Warm, isDashed: isDashed);
            return [.. Strokes(XElement.Parse(chart.Render("chart", "title", "text").ToString()), "warm").Select(stroke =>
            {
                var text = (string?)stroke.Attribute("d") ?? (string?)stroke.Attribute("points") ?? $"{stroke.Attribute("x1")?.Value} {stroke.Attribute("y1")?.Value} {stroke.Attribute("x2")?.Value} {stroke.Attribute("y2")?.Value}";
                var points = Number().Matches(text).Select(found => double.Parse(found.Value, CultureInfo.InvariantCulture)).Chunk(2).ToList();
                return points.Zip(points.Skip(1), (a, b) => Math.Sqrt(Math.Pow(b[0] - a[0], 2) + Math.Pow(b[1] - a[1], 2))).Sum();
            })];
        }
    }

    private static IEnumerable<XElement> Strokes(XElement svg, string ink) =>
        svg.Descendants().Where(element => ((string?)element.Attribute("style"))?.Contains($"stroke:var(--{ink})", StringComparison.Ordinal) == true);

    private static double Height(XElement svg, string ink) => svg.All("ellipse")
        .Where(element => ((string?)element.Attribute("style"))?.Contains($"var(--{ink})", StringComparison.Ordinal) == true)
        .Select(element => double.Parse(element.Attribute("cy")!.Value, CultureInfo.InvariantCulture)).First();

    [GeneratedRegex(@"-?\d+(?:\.\d+)?", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Number();
}
