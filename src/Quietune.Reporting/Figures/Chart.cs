using System.Globalization;
using System.Xml.Linq;
using Quietune.Reporting.Html;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace Quietune.Reporting.Figures;

/// <summary>A chart: ScottPlot draws its marks, and its words are written as text in the page's own type.</summary>
/// <remarks>ScottPlot measures text with the machine's fonts and writes none where there are none; so it is given no text.</remarks>
internal sealed class Chart : IDisposable
{
    private const int Width = 480;
    private const int Top = 14;
    private const int Right = 18;
    private const int LineHeight = 18;
    private const string Space = "http://www.w3.org/2000/svg";

    private readonly Plot plot = new();
    private readonly Axis horizontal;
    private readonly Axis vertical;
    private readonly int height;
    private readonly int left;
    private readonly int bottom;
    private readonly List<XElement> words = [];

    /// <summary>Starts an empty chart.</summary>
    public Chart(Axis horizontal, Axis vertical, int height = 320)
    {
        this.horizontal = horizontal;
        this.vertical = vertical;
        this.height = height;
        left = vertical.Ticks.Count == 0 ? 2 : 68;
        bottom = horizontal.Title.Length == 0 ? 26 : 48;

        plot.FigureBackground.Color = Colors.Transparent;
        plot.DataBackground.Color = Colors.Transparent;
        plot.Grid.MajorLineColor = Ink.Grid.Carrier();
        plot.Layout.Fixed(new PixelPadding(left, Right, bottom, Top));
        plot.Axes.SetLimits(horizontal.From, horizontal.To, vertical.From, vertical.To);
        Prepare(plot.Axes.Bottom, horizontal);
        Prepare(plot.Axes.Left, vertical);
        plot.Axes.Right.FrameLineStyle.Width = 0;
        plot.Axes.Top.FrameLineStyle.Width = 0;
        WriteAxes();
    }

    /// <summary>Draws a line through points given as values.</summary>
    public void Line(IEnumerable<(double X, double Y)> points, Ink ink, float width = 2.5f, bool isDashed = false)
    {
        var whole = Coordinates(points);
        foreach (var piece in isDashed ? Dashes(whole) : [whole])
        {
            plot.Add.ScatterLine(piece, ink.Carrier()).LineWidth = width;
        }
    }

    /// <summary>Fills the polygon through points given as values.</summary>
    public void Area(IEnumerable<(double X, double Y)> points, Ink ink)
    {
        var area = plot.Add.Polygon(Coordinates(points));
        area.FillColor = ink.Carrier();
        area.LineWidth = 0;
    }

    /// <summary>Marks a point given as values.</summary>
    public void Point(double x, double y, Ink ink, MarkerShape shape = MarkerShape.FilledCircle, float size = 10)
    {
        var marker = plot.Add.Marker(horizontal.Position(x), vertical.Position(y), shape, size, ink.Carrier());
        marker.MarkerLineWidth = 2;
    }

    /// <summary>Draws the span between two values of y at x.</summary>
    public void Span(double x, double low, double high, Ink ink)
    {
        var (from, to) = (vertical.Position(low), vertical.Position(high));
        var span = new ScottPlot.Plottables.ErrorBar([horizontal.Position(x)], [(from + to) / 2], [0], [0], [(to - from) / 2], [(to - from) / 2]);
        plot.Add.Plottable(span);
        span.Color = ink.Carrier();
        span.CapSize = 4;
        span.LineWidth = 1.5f;
    }

    /// <summary>Fills a bar between two corners given as values.</summary>
    public void Bar(double x1, double y1, double x2, double y2, Ink ink)
    {
        var bar = plot.Add.Rectangle(horizontal.Position(x1), horizontal.Position(x2), vertical.Position(y1), vertical.Position(y2));
        bar.FillColor = ink.Carrier();
        bar.LineWidth = 0;
    }

    /// <summary>Writes words beside a point given as values.</summary>
    /// <param name="x">Horizontal value.</param>
    /// <param name="y">Vertical value.</param>
    /// <param name="text">The words.</param>
    /// <param name="ink">Their colour.</param>
    /// <param name="anchor">Which end of the words is at the point: <c>start</c>, <c>middle</c> or <c>end</c>.</param>
    /// <param name="dx">Pixels to the right.</param>
    /// <param name="dy">Pixels down, of the middle of the words.</param>
    /// <param name="isStrong">Whether they are set bold.</param>
    public void Words(double x, double y, string text, Ink ink = Ink.Text, string anchor = "start", double dx = 0, double dy = 0, bool isStrong = false) =>
        Write(PixelX(horizontal.Position(x)) + dx, PixelY(vertical.Position(y)) + dy, text, ink, anchor, isStrong);

    /// <summary>Writes the chart as one SVG element with a title and a description.</summary>
    /// <param name="id">Prefix of every identifier inside, unique on the page.</param>
    /// <param name="title">What the chart is.</param>
    /// <param name="description">What it shows, for who cannot see it.</param>
    public Markup Render(string id, string title, string description)
    {
        var drawn = XDocument.Parse(plot.GetSvgXml(Width, height)).Root!;
        Restyle(drawn, id);
        var svg = new XElement(
            XName.Get("svg", Space),
            new XAttribute("viewBox", $"0 0 {Width} {height}"),
            new XAttribute("role", "img"),
            new XAttribute("aria-labelledby", $"{id}-title {id}-text"),
            Element("title", title, new XAttribute("id", id + "-title")),
            Element("desc", description, new XAttribute("id", id + "-text")),
            drawn.Elements(),
            words);
        return Markup.Trusted(svg.ToString(SaveOptions.DisableFormatting) + "\n");
    }

    /// <inheritdoc />
    public void Dispose() => plot.Dispose();

    private static void Prepare(IAxis axis, Axis range)
    {
        axis.TickGenerator = new NumericManual([.. range.Ticks.Select(tick => tick.Position)], [.. range.Ticks.Select(_ => string.Empty)]);
        axis.MajorTickStyle.Color = Ink.Muted.Carrier();
        axis.FrameLineStyle.Color = Ink.Muted.Carrier();
        axis.FrameLineStyle.Width = range.Ticks.Count == 0 ? 0 : 1;
    }

    /// <summary>Takes colours from the page's style, and gives identifiers that are unique on the page and the same in every run.</summary>
    private static void Restyle(XElement drawn, string id)
    {
        var names = new Dictionary<string, string>();
        foreach (var attribute in drawn.Descendants().Attributes().ToList())
        {
            var element = attribute.Parent!;
            switch (attribute.Name.LocalName)
            {
                case "fill" or "stroke" when Inks.Read(attribute.Value) is { } ink:
                    element.SetAttributeValue("style", $"{attribute.Name.LocalName}:{ink.Style()};{(string?)element.Attribute("style")}");
                    attribute.Remove();
                    break;
                case "id":
                    names[$"url(#{attribute.Value})"] = $"{id}-{names.Count}";
                    attribute.Value = $"{id}-{names.Count - 1}";
                    break;
                case "clip-path":
                    attribute.Value = $"url(#{names[attribute.Value]})";
                    break;
            }
        }
    }

    private static XElement Element(string name, params object[] content) => new(XName.Get(name, Space), content);

    private void WriteAxes()
    {
        foreach (var (position, text) in horizontal.Ticks)
        {
            Write(PixelX(position), height - bottom + 15, text, Ink.Muted, "middle");
        }

        foreach (var (position, text) in vertical.Ticks)
        {
            Write(left - 8, PixelY(position), text, Ink.Muted, "end");
        }

        if (horizontal.Title.Length > 0)
        {
            Write((left + Width - Right) / 2.0, height - LineHeight / 2.0, horizontal.Title, Ink.Text, "middle");
        }

        if (vertical.Title.Length > 0)
        {
            var middle = Pixels((Top + height - bottom) / 2.0);
            Write(0, 0, vertical.Title, Ink.Text, "middle");
            words[^1].SetAttributeValue("transform", $"translate({LineHeight / 2} {middle}) rotate(-90)");
        }
    }

    private void Write(double x, double y, string text, Ink ink, string anchor, bool isStrong = false) => words.Add(Element(
        "text",
        new XAttribute("x", Pixels(x)),
        new XAttribute("y", Pixels(y)),
        new XAttribute("dy", "0.35em"),
        new XAttribute("text-anchor", anchor),
        new XAttribute("style", $"fill:{ink.Style()}{(isStrong ? ";font-weight:600" : string.Empty)}"),
        text));

    private double PixelX(double position) => left + (position - horizontal.From) / (horizontal.To - horizontal.From) * (Width - left - Right);

    private double PixelY(double position) => height - bottom - (position - vertical.From) / (vertical.To - vertical.From) * (height - bottom - Top);

    private static string Pixels(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);

    /// <summary>The pieces of a line that are drawn where it is dashed; what writes SVG knows no dashes.</summary>
    private IEnumerable<Coordinates[]> Dashes(Coordinates[] points)
    {
        const double Dash = 6, Period = 10, Least = 1e-6;
        var travelled = 0.0;
        for (var i = 1; i < points.Length; i++)
        {
            var (from, to) = (points[i - 1], points[i]);
            var length = Math.Sqrt(Math.Pow(PixelX(to.X) - PixelX(from.X), 2) + Math.Pow(PixelY(to.Y) - PixelY(from.Y), 2));
            for (var start = 0.0; start < length;)
            {
                var phase = travelled % Period;
                var step = Math.Min(length - start, Math.Max(Least, (phase < Dash ? Dash : Period) - phase));
                if (phase < Dash)
                {
                    yield return [Between(from, to, start / length), Between(from, to, (start + step) / length)];
                }

                (start, travelled) = (start + step, travelled + step);
            }
        }
    }

    private static Coordinates Between(Coordinates from, Coordinates to, double share) => new(from.X + ((to.X - from.X) * share), from.Y + ((to.Y - from.Y) * share));

    private Coordinates[] Coordinates(IEnumerable<(double X, double Y)> points) =>
        [.. points.Select(point => new Coordinates(horizontal.Position(point.X), vertical.Position(point.Y)))];
}
