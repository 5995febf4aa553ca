using DuckDB.NET.Native;

namespace Quietune.Data.Tables;

/// <summary>A file or query read by DuckDB.</summary>
/// <remarks>
/// Text files are read as text and parsed by the preprocessing, so that the same value gives the same number from any format and a bad
/// value is named by us. Typed columns come as DOUBLE or VARCHAR.
/// </remarks>
internal sealed class DuckDbTable : ITable
{
    private const string Row = "quietune row";
    private const int LongestRow = 2_000_000;
    private readonly TableReference reference;
    private readonly DuckDbErrors errors;
    private readonly string relation;
    private readonly Dictionary<string, (string Name, string Type)> types;

    public DuckDbTable(TableReference reference, bool isPrivate)
    {
        this.reference = reference;
        IsPrivate = isPrivate;
        RequireFile();
        errors = new(Name, isPrivate, reference.Format);
        using var session = new DuckDbSession(errors);
        relation = Relation(session);
        var described = session.Describe(relation);
        types = described.ToDictionary(column => column.Name, column => column, StringComparer.Ordinal);
        Columns = [.. described.Select(column => new TableColumn(column.Name, IsNumber(column.Type)))];
    }

    public string Name => reference.Name;

    public bool IsPrivate { get; }

    public IReadOnlyList<TableColumn> Columns { get; }

    public IEnumerable<TableChunk> Read(IReadOnlyList<ColumnRequest> columns, string? sortedBy = null, CancellationToken cancellationToken = default)
    {
        var isText = columns.Select(column => column.AsText || !IsNumber(Find(column.Name).Type)).ToArray();
        var expressions = columns.Select((column, i) => $"CAST({DuckDbSession.Identifier(column.Name)} AS {(isText[i] ? "VARCHAR" : "DOUBLE")}) AS c{i}");
        var sql = sortedBy is null
            ? $"SELECT {string.Join(", ", expressions.DefaultIfEmpty("1.0::DOUBLE"))} FROM {relation}"
            : SortedQuery(expressions, Find(sortedBy).Name);
        return Chunks(sql, isText, sortedBy is not null, cancellationToken);
    }

    // The row number breaks ties, so that the order is one and the same every time.
    private string SortedQuery(IEnumerable<string> expressions, string sortedBy) => $"""
        SELECT * EXCLUDE (quietune_key) FROM (
            SELECT {string.Join(", ", expressions.Append($"CAST(row_number() OVER () AS DOUBLE) AS {DuckDbSession.Identifier(Row)}"))},
                trim(CAST({DuckDbSession.Identifier(sortedBy)} AS VARCHAR)) AS quietune_key
            FROM {relation})
        ORDER BY quietune_key, {DuckDbSession.Identifier(Row)}
        """;

    private IEnumerable<TableChunk> Chunks(string sql, bool[] isText, bool sorted, CancellationToken cancellationToken)
    {
        using var session = new DuckDbSession(errors);
        var chunk = new TableChunk(isText.Length);
        foreach (var rows in session.Stream(sql, Fill, cancellationToken))
        {
            chunk.FirstRow += chunk.Count;
            chunk.Count = rows;
            yield return chunk;
        }

        void Fill(DuckDBDataChunk native, int count)
        {
            for (var i = 0; i < isText.Length; i++)
            {
                DuckDbSession.Copy(native, i, count, isText[i], chunk.Columns[i]);
            }

            if (sorted)
            {
                DuckDbSession.Copy(native, isText.Length, count, isText: false, chunk.RowNumbers);
            }
        }
    }

    private string Relation(DuckDbSession session)
    {
        var path = DuckDbSession.Literal(Escape(reference.Location));
        switch (reference.Format)
        {
            case TableFormat.Query:
                // The line break ends a comment that the query may end with.
                return $"({reference.Location}\n)";
            case TableFormat.Parquet:
                return $"read_parquet({path})";
            case TableFormat.JsonLines:
                var inferred = session.Describe($"read_json_auto({path}, format = 'newline_delimited', maximum_object_size = {LongestRow})");
                return $"read_json({path}, format = 'newline_delimited', maximum_object_size = {LongestRow}, columns = {Texts(inferred.Select(column => column.Name))})";
            default:
                var header = CsvHeader.Read(reference.Location);
                return $"""
                    read_csv({path}, auto_detect = false, header = true, strict_mode = true, max_line_size = {LongestRow},
                        delim = {DuckDbSession.Literal(header.Delimiter.ToString())}, quote = '"', escape = '"', columns = {Texts(header.Names)})
                    """;
        }
    }

    private static string Texts(IEnumerable<string> names) =>
        "{" + string.Join(", ", names.Select(name => $"{DuckDbSession.Literal(name)}: 'VARCHAR'")) + "}";

    private static bool IsNumber(string type) =>
        type is "BOOLEAN" or "TINYINT" or "SMALLINT" or "INTEGER" or "BIGINT" or "HUGEINT" or "UTINYINT" or "USMALLINT" or "UINTEGER" or "UBIGINT" or "UHUGEINT"
            or "FLOAT" or "DOUBLE"
        || type.StartsWith("DECIMAL", StringComparison.Ordinal);

    // Brackets, stars and question marks of a file that exists are its own, not a pattern's.
    private static string Escape(string path) => File.Exists(path)
        ? string.Concat(path.Select(letter => letter is '*' or '?' or '[' ? $"[{letter}]" : letter.ToString()))
        : path;

    private (string Name, string Type) Find(string column) =>
        types.TryGetValue(column, out var found) ? found : throw TableProblem.NoColumn(this, column);

    private void RequireFile()
    {
        var isPattern = reference.Format == TableFormat.Parquet && reference.Location.Contains('*', StringComparison.Ordinal);
        if (reference.Format != TableFormat.Query && !isPattern && !File.Exists(reference.Location))
        {
            throw new FileNotFoundException($"{reference.Location} does not exist.", reference.Location);
        }
    }
}
