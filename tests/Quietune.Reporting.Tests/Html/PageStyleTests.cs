using System.Globalization;
using System.Text.RegularExpressions;
using Quietune.Reporting.Html;

namespace Quietune.Reporting.Tests.Html;

/// <summary>Contrast of every colour, in figures too, where no tool in a browser looks (WCAG 2.2, 1.4.3 and 1.4.11).</summary>
public sealed partial class PageStyleTests
{
    public static TheoryData<int> Palettes => [0, 1, 2];

    [Theory]
    [MemberData(nameof(Palettes))]
    public void Palette_WordsOnEveryGround_CanBeRead(int palette)
    {
        var colours = Palette(palette);
        foreach (var words in new[] { "text", "muted", "accent", "warm", "cool" })
        {
            Assert.All(["paper", "raised", "soft"], ground => Assert.True(
                Contrast(colours[words], colours[ground]) >= 4.5, $"--{words} on --{ground}: {Contrast(colours[words], colours[ground]):0.00}."));
        }

        Assert.True(Contrast(colours["plain"], colours["paper"]) >= 3, $"--plain on --paper: {Contrast(colours["plain"], colours["paper"]):0.00}.");
    }

    [Fact]
    public void Contrast_BlackOnWhite_IsTwentyOne()
    {
        Assert.Equal(21, Contrast("#000000", "#ffffff"), 1e-9);

        // WebAIM's example of a grey that just fails.
        Assert.InRange(Contrast("#777777", "#ffffff"), 4.47, 4.49);
    }

    /// <summary>Light, dark and printed, in the order of the style.</summary>
    private static Dictionary<string, string> Palette(int index)
    {
        var page = Page.Render("x", Markup.None, [], Markup.None);
        var blocks = Block().Matches(page);
        Assert.Equal(3, blocks.Count);
        return Colour().Matches(blocks[index].Value).ToDictionary(match => match.Groups["name"].Value, match => match.Groups["value"].Value);
    }

    private static double Contrast(string first, string second)
    {
        var (a, b) = (Luminance(first), Luminance(second));
        return (Math.Max(a, b) + 0.05) / (Math.Min(a, b) + 0.05);
    }

    private static double Luminance(string colour)
    {
        double Channel(int place)
        {
            var value = int.Parse(colour.AsSpan(place, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255.0;
            return value <= 0.04045 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4);
        }

        return (0.2126 * Channel(1)) + (0.7152 * Channel(3)) + (0.0722 * Channel(5));
    }

    [GeneratedRegex(@":root \{[^}]*\}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Block();

    [GeneratedRegex("--(?<name>[a-z]+): (?<value>#[0-9a-f]{6})", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Colour();
}
