using System.Globalization;
using System.Text.RegularExpressions;
using Quietune.Reporting.Html;

namespace Quietune.Reporting.Tests.Html;

/// <summary>Contrast by WCAG 2.2, success criteria 1.4.3 (text, 4.5 to 1) and 1.4.11 (graphics, 3 to 1).</summary>
public sealed partial class PageStyleTests
{
    private static readonly string[] TextInks = ["text", "muted", "accent", "warm", "cool"];

    [Fact]
    public void Style_EveryScheme_HasReadableText()
    {
        var schemes = Schemes();
        Assert.Equal(3, schemes.Count);
        foreach (var scheme in schemes)
        {
            foreach (var ink in TextInks)
            {
                foreach (var paper in new[] { "paper", "raised" })
                {
                    Assert.True(Contrast(scheme[ink], scheme[paper]) >= 4.5, $"{ink} {scheme[ink]} on {paper} {scheme[paper]}");
                }
            }

            Assert.True(Contrast(scheme["accent"], scheme["soft"]) >= 4.5, $"accent {scheme["accent"]} on soft {scheme["soft"]}");
            Assert.True(Contrast(scheme["text"], scheme["soft"]) >= 4.5, $"text {scheme["text"]} on soft {scheme["soft"]}");
            Assert.True(Contrast(scheme["plain"], scheme["paper"]) >= 3, $"plain {scheme["plain"]} on paper {scheme["paper"]}");
        }
    }

    private static List<Dictionary<string, string>> Schemes()
    {
        var style = PageReader.Read(Page.Render("title", Markup.None, [], Markup.None)).All("style").Single().Value;
        return [.. Scheme().Matches(style).Select(scheme => Variable().Matches(scheme.Value).ToDictionary(found => found.Groups["name"].Value, found => found.Groups["colour"].Value))];
    }

    private static double Contrast(string one, string other)
    {
        var (high, low) = (Math.Max(Luminance(one), Luminance(other)), Math.Min(Luminance(one), Luminance(other)));
        return (high + 0.05) / (low + 0.05);
    }

    private static double Luminance(string colour)
    {
        var channels = Enumerable.Range(0, 3)
            .Select(channel => int.Parse(colour.AsSpan(2 * channel, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255.0)
            .Select(value => value <= 0.04045 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4))
            .ToArray();
        return 0.2126 * channels[0] + 0.7152 * channels[1] + 0.0722 * channels[2];
    }

    [GeneratedRegex(@":root \{[^}]*\}", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Scheme();

    [GeneratedRegex("--(?<name>[a-z]+): #(?<colour>[0-9a-f]{6})", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Variable();
}
