using System.Globalization;
using System.Xml.Linq;
using CsCheck;
using Quietune.Reporting.Figures;

namespace Quietune.Reporting.Tests.Figures;

public sealed class PrivacyProfileFigureTests
{
    [Theory]
    [InlineData(0.1, 1e-5)]
    [InlineData(1, 1e-5)]
    [InlineData(4, 1e-7)]
    [InlineData(30, 1e-3)]
    public void Render_PromisedPoint_LiesOnTheDrawnCurve(double epsilon, double delta)
    {
        var figure = XElement.Parse(PrivacyProfileFigure.Render("profile", Samples.Promise(epsilon, delta)).ToString());
        var point = figure.All("ellipse").Single();
        var (x, y) = (Number(point, "cx"), Number(point, "cy"));
        var curve = figure.All("path").Where(path => path.Attribute("style")?.Value.Contains("stroke:var(--accent)", StringComparison.Ordinal) == true)
            .Select(path => path.Attribute("d")!.Value).Single();

        Assert.InRange(Height(curve, x) - y, -0.75, 0.75);
        // Another promise's point is not on this curve.
        Assert.NotInRange(Height(curve, x * 1.1) - y, -0.75, 0.75);
    }

    [Fact]
    public void Render_PromisedPoint_IsSaidInTheDescription()
    {
        var figure = XElement.Parse(PrivacyProfileFigure.Render("profile", Samples.Promise()).ToString());
        Assert.Contains("epsilon 1, delta 10⁻⁵", figure.All("desc").Single().Value, StringComparison.Ordinal);
    }

    [Fact]
    public void Render_Words_AreTextOnTheAxisWhereTheValueLies()
    {
        var figure = XElement.Parse(PrivacyProfileFigure.Render("profile", Samples.Promise()).ToString());
        var point = figure.All("ellipse").Single();
        var tick = figure.All("text").Single(text => text.Value == "1" && (string?)text.Attribute("text-anchor") == "middle");
        Assert.Equal(Number(point, "cx"), Number(tick, "x"), 0.1);
    }

    [Fact]
    public void Curve_AnyMu_Falls() => Gen.Double[0.01, 6].Sample(mu =>
    {
        var curve = PrivacyProfileFigure.Curve(new Promise(1, 1e-5, mu, "one row is added or removed", "row", 100), 3 * mu, 1e-8);
        Assert.All(curve.Zip(curve.Skip(1)), pair => Assert.True(pair.Second.Delta < pair.First.Delta));
    });

    [Fact]
    public void Curve_PurePromise_EndsAtItsEpsilon()
    {
        var promise = new Promise(1, 0, 1.2, "one row is added or removed", "row", 100);
        var curve = PrivacyProfileFigure.Curve(promise, 1.2, 1e-8);
        Assert.All(curve, point => Assert.Equal(point.Epsilon >= 1, point.Delta <= 1e-8));

        // δ(0) = tanh(ε/4): the mechanism spans ε, which is less than ε to both sides (Dong, Durfee and Rogers 2020).
        Assert.Equal(Math.Tanh(0.25), promise.DeltaOf(0), 1e-5);
        Assert.Contains("without exception", Quietune.Reporting.Html.Prose.Promise(promise).ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("give or take", Quietune.Reporting.Html.Prose.Promise(promise).ToString(), StringComparison.Ordinal);
        XElement.Parse(PrivacyProfileFigure.Render("profile", promise).ToString());
    }

    private static double Height(string path, double x)
    {
        var points = path[1..].Split('L').Select(pair => pair.Split(' ').Select(Parse).ToArray()).ToList();
        var right = points.FindIndex(point => point[0] >= x);
        var (a, b) = (points[right - 1], points[right]);
        return a[1] + (b[1] - a[1]) * (x - a[0]) / (b[0] - a[0]);
    }

    private static double Number(XElement element, string attribute) => Parse(element.Attribute(attribute)!.Value);

    private static double Parse(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
