using Quietune.Data.Images;

namespace Quietune.Data.Tables;

/// <summary>A table as a user names it: a file, a query or a database address.</summary>
public sealed record TableReference
{
    private const string QueryPrefix = "query:";

    private TableReference(TableFormat format, string location) => (Format, Location) = (format, location);

    /// <summary>Where the rows come from.</summary>
    public TableFormat Format { get; }

    /// <summary>Path, SQL text, or database address; the last may hold a password, so show <see cref="Name"/> instead.</summary>
    public string Location { get; }

    /// <summary>The reference for messages: no password, and a long query shortened.</summary>
    public string Name => Format switch
    {
        TableFormat.PostgreSql => PostgresAddress.Parse(Location).Name,
        TableFormat.Query => "query:" + (Location.Length > 60 ? Location[..60] + "…" : Location).ReplaceLineEndings(" "),
        _ => Location,
    };

    /// <summary>Reads a reference.</summary>
    /// <param name="text">
    /// PATH.csv, .tsv, .jsonl, .ndjson (each also with .gz), PATH.parquet, a pattern or folder of Parquet files, a folder with IDX images
    /// and labels (or such a folder and the first word of the file names, DIR/train), "query:SELECT …", or
    /// "postgres://user:password@host:port/database?table=NAME" (or ?query=SELECT…).
    /// </param>
    /// <exception cref="ArgumentException">The text is none of these.</exception>
    public static TableReference Parse(string text)
    {
        if (text.StartsWith(QueryPrefix, StringComparison.OrdinalIgnoreCase))
        {
            var query = text[QueryPrefix.Length..].Trim().TrimEnd(';');
            return query.Length > 0 ? new(TableFormat.Query, query) : throw new ArgumentException("Expected a SELECT after 'query:', got nothing.", nameof(text));
        }

        if (text.StartsWith("postgres://", StringComparison.OrdinalIgnoreCase) || text.StartsWith("postgresql://", StringComparison.OrdinalIgnoreCase))
        {
            _ = PostgresAddress.Parse(text);
            return new(TableFormat.PostgreSql, text);
        }

        if (Directory.Exists(text))
        {
            return Directory.EnumerateFiles(text, "*.parquet").Any()
                ? new(TableFormat.Parquet, Path.Combine(text, "*.parquet"))
                : new(TableFormat.Idx, text);
        }

        var name = text.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? text[..^3] : text;
        return Path.GetExtension(name).ToLowerInvariant() switch
        {
            ".csv" or ".tsv" or ".tab" => new(TableFormat.Csv, text),
            ".jsonl" or ".ndjson" => new(TableFormat.JsonLines, text),
            ".parquet" or ".pq" => new(TableFormat.Parquet, text),
            _ when IdxFolder.Exists(text) => new(TableFormat.Idx, text),
            _ => throw new ArgumentException(
                $"Expected a table (.csv, .tsv, .jsonl, .parquet, a folder of IDX files, query:SELECT … or postgres://…?table=NAME), got '{text}'.", nameof(text)),
        };
    }

    /// <summary>Opens the table and reads its columns' names, but no row.</summary>
    /// <param name="isPrivate">Whether messages must keep the rows' values to themselves.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file or the query is not a table.</exception>
    /// <exception cref="InvalidOperationException">It is a folder of images, which has no columns.</exception>
    public ITable Open(bool isPrivate = false) => Format switch
    {
        TableFormat.PostgreSql => new PostgresTable(PostgresAddress.Parse(Location), isPrivate),
        TableFormat.Idx => throw new InvalidOperationException($"{Location} is a folder of images; expected a table with columns."),
        _ => new DuckDbTable(this, isPrivate),
    };

    /// <summary>The name, without a password.</summary>
    public override string ToString() => Name;
}
