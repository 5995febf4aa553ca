using System.Xml.Linq;

namespace Quietune.Reporting.Tests;

/// <summary>What holds for every page, whatever it tells.</summary>
internal static class PageRules
{
    private const int LargestPage = 500_000;

    public static void Check(string html)
    {
        Assert.True(html.Length <= LargestPage, $"Expected at most {LargestPage} characters, got {html.Length}.");
        var page = PageReader.Read(html);
        FetchesNothing(html, page);
        HasOneOutline(page);
        NamesEveryPicture(page);
        HeadsEveryTable(page);
        LeadsEveryLinkSomewhere(page);
        TakesColoursFromTheStyle(page);
    }

    private static void FetchesNothing(string html, XElement page)
    {
        Assert.DoesNotMatch(@"(?i)@import|url\((?!#)", html);
        Assert.Empty(page.All("script"));
        foreach (var attribute in page.DescendantsAndSelf().Attributes().Where(attribute => !attribute.IsNamespaceDeclaration))
        {
            Assert.DoesNotContain("//", attribute.Value, StringComparison.Ordinal);
            Assert.False(attribute.Name.LocalName.StartsWith("on", StringComparison.Ordinal), $"'{attribute}' runs code.");
        }

        Assert.All(page.All("img"), image => Assert.StartsWith("data:image/png;base64,", image.Attribute("src")!.Value, StringComparison.Ordinal));
        Assert.Contains(page.All("meta"), meta => ((string?)meta.Attribute("content"))?.StartsWith("default-src 'none'", StringComparison.Ordinal) == true);
    }

    private static void HasOneOutline(XElement page)
    {
        Assert.Equal("en", (string?)page.Attribute("lang"));
        foreach (var name in new[] { "title", "h1", "header", "main", "footer", "nav" })
        {
            Assert.Single(page.All(name), element => name != "title" || element.Parent!.Name.LocalName == "head");
        }

        var level = 0;
        foreach (var heading in page.DescendantsAndSelf().Where(element => element.Name.LocalName is "h1" or "h2" or "h3" or "h4"))
        {
            var next = heading.Name.LocalName[1] - '0';
            Assert.True(next <= level + 1, $"'{heading.Value}' skips a level.");
            level = next;
        }
    }

    private static void NamesEveryPicture(XElement page)
    {
        Assert.All(page.All("img"), image => Assert.False(string.IsNullOrWhiteSpace((string?)image.Attribute("alt"))));
        foreach (var svg in page.All("svg"))
        {
            Assert.Equal("img", (string?)svg.Attribute("role"));
            var parts = svg.Attribute("aria-labelledby")!.Value.Split(' ');
            Assert.Equal(["title", "desc"], parts.Select(part => svg.WithId(part).Name.LocalName));
            Assert.All(parts, part => Assert.False(string.IsNullOrWhiteSpace(svg.WithId(part).Value)));
        }
    }

    private static void HeadsEveryTable(XElement page)
    {
        foreach (var table in page.All("table"))
        {
            Assert.False(string.IsNullOrWhiteSpace(Assert.Single(table.All("caption")).Value));
            Assert.All(table.All("th"), head => Assert.Contains((string?)head.Attribute("scope"), new[] { "col", "row" }));
            var widths = table.All("tr").Select(row => row.Elements().Count()).Distinct();
            Assert.Single(widths);
        }
    }

    private static void LeadsEveryLinkSomewhere(XElement page)
    {
        var identifiers = page.DescendantsAndSelf().Attributes("id").Select(id => id.Value).ToList();
        Assert.Equal(identifiers.Distinct(), identifiers);
        var references = page.All("a").Select(link => link.Attribute("href")!.Value[1..])
            .Concat(page.DescendantsAndSelf().Attributes("aria-labelledby").SelectMany(label => label.Value.Split(' ')))
            .Concat(page.DescendantsAndSelf().Attributes("clip-path").Select(clip => clip.Value["url(#".Length..^1]));
        Assert.All(references, reference => Assert.Contains(reference, identifiers));
    }

    private static void TakesColoursFromTheStyle(XElement page)
    {
        var fixedColours = page.All("svg").Descendants().Attributes()
            .Where(attribute => attribute.Name.LocalName is "fill" or "stroke" && attribute.Value != "none");
        Assert.Empty(fixedColours);
    }
}
