namespace Quietune.Reporting.Html;

/// <summary>A piece of HTML that is safe to send: whatever came from outside was escaped when it was put in.</summary>
internal readonly record struct Markup
{
    private readonly string? text;

    private Markup(string text) => this.text = text;

    /// <summary>Nothing at all.</summary>
    public static Markup None => default;

    /// <summary>Builds a piece from an interpolated string: the literal parts are HTML, every hole is escaped.</summary>
    public static Markup Of(MarkupHandler html) => new(html.Take());

    /// <summary>Takes text that is HTML already; only for what this project itself wrote.</summary>
    public static Markup Trusted(string html) => new(html);

    /// <summary>Puts pieces one after the other.</summary>
    public static Markup Join(IEnumerable<Markup> pieces) => new(string.Concat(pieces.Select(piece => piece.ToString())));

    /// <inheritdoc />
    public override string ToString() => text ?? string.Empty;
}
