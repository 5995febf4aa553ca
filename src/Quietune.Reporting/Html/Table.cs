namespace Quietune.Reporting.Html;

/// <summary>Tables with a caption, column heads and row heads.</summary>
internal static class Table
{
    private const int LongestShort = 16;

    /// <summary>So many columns fit a telephone.</summary>
    private const int MostNarrow = 4;

    /// <summary>Lays out rows whose first cell names the row; a table of many columns scrolls sideways in a frame that the keyboard reaches.</summary>
    public static Markup Of(string caption, IReadOnlyList<string> heads, IEnumerable<IReadOnlyList<string>> rows) => heads.Count <= MostNarrow
        ? Bare(caption, heads, rows)
        : Markup.Of($"""
            <div class="wide" tabindex="0" role="region" aria-label="{caption}">
            {Bare(caption, heads, rows)}</div>

            """);

    /// <summary>Lays out names and their values, with the column of notes only where there are notes.</summary>
    public static Markup Of(string caption, IReadOnlyList<NamedValue> values) => values.Any(value => value.Note is not null)
        ? Of(caption, ["Name", "Value", "Meaning"], values.Select(value => new[] { value.Name, value.Value, value.Note ?? string.Empty }))
        : Of(caption, ["Name", "Value"], values.Select(value => new[] { value.Name, value.Value }));

    private static Markup Bare(string caption, IReadOnlyList<string> heads, IEnumerable<IReadOnlyList<string>> rows) => Markup.Of($"""
        <table>
        <caption>{caption}</caption>
        <thead><tr>{heads.Select(head => Markup.Of($"<th scope=\"col\">{head}</th>"))}</tr></thead>
        <tbody>
        {rows.Select(Row)}</tbody>
        </table>

        """);

    private static Markup Row(IReadOnlyList<string> cells) => Markup.Of($"<tr><th scope=\"row\">{cells[0]}</th>{cells.Skip(1).Select(Cell)}</tr>\n");

    /// <summary>Short values stay on one line; long ones, such as hashes, may break anywhere.</summary>
    private static Markup Cell(string text) => text.Length <= LongestShort ? Markup.Of($"<td class=\"short\">{text}</td>") : Markup.Of($"<td>{text}</td>");
}
