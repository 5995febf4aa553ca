using System.Text.RegularExpressions;

namespace Quietune.Data.Tables;

/// <summary>Translates the engine's errors, which may quote rows, before anyone sees them.</summary>
internal sealed partial class DuckDbErrors(string name, bool isPrivate, TableFormat format)
{
    /// <summary>The sentence to show: the file and line where the engine names them; of a private table never a value.</summary>
    /// <param name="message">The engine's words.</param>
    /// <param name="whileReading">Whether rows were being read already.</param>
    public InvalidDataException Translate(string message, bool whileReading)
    {
        if (Line().Match(message) is { Success: true } line)
        {
            return new($"{name}, line {line.Groups["line"].Value}: {Reason(message)}.");
        }

        if (format == TableFormat.Query && !whileReading)
        {
            return new($"{name} is not a query that can run: {FirstLine(message)}");
        }

        // From here on the engine may quote a row.
        return format switch
        {
            _ when message.Contains("Out of Memory", StringComparison.Ordinal) => new($"{name} needs more memory or temporary disk space than there is to be read in this order."),
            TableFormat.Query when isPrivate => new($"{name} failed while it read rows; the reason is withheld, for it may quote private values."),
            _ when isPrivate => new($"{name} cannot be read: expected {Expected()}."),
            _ => new($"{name} cannot be read as {Expected()}: {FirstLine(message)}"),
        };
    }

    private string Expected() => format switch
    {
        TableFormat.Csv => "a CSV file with one delimiter, one kind of line end and closed quotes (RFC 4180)",
        TableFormat.JsonLines => "one JSON object a line",
        TableFormat.Parquet => "a whole Parquet file",
        _ => "a table",
    };

    private static string Reason(string message) =>
        Columns().Match(message) is { Success: true } columns ? $"expected {columns.Groups["expected"].Value} fields, got {columns.Groups["found"].Value}"
        : Size().Match(message) is { Success: true } size ? $"expected at most {size.Groups["size"].Value} bytes in a row"
        : message.Contains("unterminated quote", StringComparison.Ordinal) ? "expected every quoted field to be closed before the next delimiter"
        : message.Contains("unicode", StringComparison.OrdinalIgnoreCase) ? "expected UTF-8 text"
        : message.Contains("JSON", StringComparison.Ordinal) ? "expected one JSON object with unique keys"
        : "expected a row of CSV (RFC 4180)";

    private static string FirstLine(string message)
    {
        var line = message.Split('\n', 2)[0].Trim();
        line = line[(line.IndexOf(": ", StringComparison.Ordinal) is var colon and >= 0 and < 30 ? colon + 2 : 0)..].TrimEnd('.');
        return (line.Length > 200 ? line[..200] + "…" : line) + ".";
    }

    [GeneratedRegex(@"\A[^\n]*(?:CSV Error on Line: |in line |in record/value )(?<line>\d+)", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Line();

    [GeneratedRegex(@"^Expected Number of Columns: (?<expected>\d+) Found: (?<found>\d+)", RegexOptions.ExplicitCapture | RegexOptions.Multiline | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Columns();

    [GeneratedRegex(@"(?:Maximum line size|maximum_object_size) of (?<size>\d+) bytes exceeded", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Size();
}
