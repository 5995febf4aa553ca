using System.Globalization;

namespace Quietune.Reporting.Tests;

public sealed class DemoPageTests
{
    private const string Hostile = "<script>alert('a')</script> \" onload=\"b\" ' & </title></style> https://example.org/x.js";

    [Fact]
    public void Render_PlainStory_KeepsThePageRules() => PageRules.Check(DemoPage.Render(Samples.Story(images: 24)));

    [Fact]
    public void Render_HostileTexts_AreShownAsText()
    {
        var plain = PageReader.Read(DemoPage.Render(Samples.Story()));
        var hostile = PageReader.Read(DemoPage.Render(Samples.Story(Hostile)));

        // The same elements and attributes: what came in became text alone.
        Assert.Equal(Shape(plain), Shape(hostile));
        Assert.Equal(Hostile, hostile.All("h1").Single().Value);
        Assert.Equal(Hostile, hostile.All("pre").Single().Value);
        Assert.All(hostile.All("img"), image => Assert.Equal(Hostile, image.Attribute("alt")!.Value));

        // The class of a cell alone depends on how long its text is.
        static IEnumerable<string> Shape(System.Xml.Linq.XElement page) => page.DescendantsAndSelf()
            .Select(element => $"{element.Name.LocalName} {string.Join(' ', element.Attributes().Where(_ => element.Name.LocalName != "td").Select(attribute => attribute.Name.LocalName))}");
    }

    [Fact]
    public void Render_OtherCulture_WritesTheSamePage()
    {
        var expected = DemoPage.Render(Samples.Story());
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        culture.NumberFormat = new NumberFormatInfo { NumberDecimalSeparator = ",", NumberGroupSeparator = ".", NegativeSign = "minus" };
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = culture;
            Assert.Equal(expected, DemoPage.Render(Samples.Story()));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void Render_WithoutComparisons_LeavesTheirRowsOut()
    {
        var story = Samples.Story() with { Accuracies = new(0.8, 0.79) };
        var html = DemoPage.Render(story);

        PageRules.Check(html);
        Assert.DoesNotContain("without privacy", html, StringComparison.Ordinal);
        Assert.DoesNotContain("foretold", html, StringComparison.Ordinal);
        Assert.Contains("down from 80.0", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.01)]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(50)]
    public void Render_AnyBudget_KeepsThePageRules(double epsilon) =>
        PageRules.Check(DemoPage.Render(Samples.Story() with { Promise = Samples.Promise(epsilon) }));

    [Fact]
    public void Render_PictureOfAnotherSize_IsRefused()
    {
        var story = Samples.Story() with { PublicImages = [new(new float[10], 1, "too small")] };
        var error = Assert.Throws<ArgumentException>(() => DemoPage.Render(story));
        Assert.Contains("Expected 784 pixels in the picture 'too small', got 10.", error.Message, StringComparison.Ordinal);
    }
}
