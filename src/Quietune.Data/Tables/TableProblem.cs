namespace Quietune.Data.Tables;

/// <summary>Makes the one sentence about bad table content; of a private table it names the place and what was expected, never a value.</summary>
internal static class TableProblem
{
    /// <summary>Longest text, in bytes, that a cell may hold.</summary>
    public const int LongestText = 1 << 20;

    private const int LongestQuotation = 40;

    public static InvalidDataException Cell(ITable table, long row, string column, string expected, ReadOnlySpan<byte> got) =>
        Cell(table, row, column, expected, System.Text.Encoding.UTF8.GetString(got[..Math.Min(got.Length, 4 * LongestQuotation)]));

    public static InvalidDataException Cell(ITable table, long row, string column, string expected, string got) =>
        new($"{table.Name}, row {row}, column '{column}': expected {expected}{(table.IsPrivate ? "" : $", got {Quote(got)}")}.");

    public static InvalidDataException NoColumn(ITable table, string column) =>
        new($"{table.Name} has no column '{column}'{(table.IsPrivate ? "" : $"; it has {List(table.Columns.Select(other => other.Name))}")}.");

    public static InvalidDataException NoRows(ITable table) => new($"{table.Name} has no rows.");

    private static string List(IEnumerable<string> names)
    {
        var shown = names.Take(13).Select(name => $"'{Shorten(name)}'").ToArray();
        return shown.Length == 13 ? string.Join(", ", shown[..12]) + " and more" : string.Join(", ", shown);
    }

    private static string Quote(string got) => got.Length == 0 ? "nothing" : $"'{Shorten(got)}'";

    private static string Shorten(string text)
    {
        var line = string.Concat(text.Select(letter => char.IsControl(letter) ? ' ' : letter));
        return line.Length > LongestQuotation ? line[..LongestQuotation] + "…" : line;
    }
}
