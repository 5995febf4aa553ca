using Quietune.Reporting.Html;

namespace Quietune.Reporting.Figures;

/// <summary>A drawn chart with its caption.</summary>
internal static class Figure
{
    /// <summary>Sets a caption under a chart.</summary>
    public static Markup Of(Markup chart, string caption) => Markup.Of($"""
        <figure>
        {chart}<figcaption>{caption}</figcaption>
        </figure>

        """);
}
