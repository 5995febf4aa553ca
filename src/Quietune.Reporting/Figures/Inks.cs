using ScottPlot;

namespace Quietune.Reporting.Figures;

/// <summary>Carries roles through ScottPlot, which knows fixed colours alone, out to the page's style variables.</summary>
internal static class Inks
{
    // Colours without a name in SVG, so that they are always written as six digits.
    private const byte Mark = 0x13;

    private static readonly Dictionary<string, Ink> Written = Enum.GetValues<Ink>().ToDictionary(ink => Carrier(ink).ToStringRGB().ToUpperInvariant());

    /// <summary>The colour that stands for a role while ScottPlot draws.</summary>
    public static Color Carrier(this Ink ink) => new(Mark, (byte)ink, Mark);

    /// <summary>The style value of a role.</summary>
    public static string Style(this Ink ink) => $"var(--{ink.ToString().ToLowerInvariant()})";

    /// <summary>The role a written colour stands for.</summary>
    public static Ink? Read(string colour) => Written.TryGetValue(colour.ToUpperInvariant(), out var ink) ? ink : null;
}
