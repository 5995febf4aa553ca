using System.Text;
using Npgsql;

namespace Quietune.Data.Tables;

/// <summary>A table or query of a PostgreSQL server.</summary>
internal sealed class PostgresTable : ITable
{
    private const int ChunkRows = 2048;
    private readonly PostgresAddress address;
    private readonly HashSet<string> booleans = [];

    public PostgresTable(PostgresAddress address, bool isPrivate)
    {
        this.address = address;
        IsPrivate = isPrivate;
        using var connection = Server(Connect);
        Columns = Server(() =>
        {
            using var command = new NpgsqlCommand($"SELECT * FROM {address.Relation} LIMIT 0", connection);
            using var reader = command.ExecuteReader();
            var columns = new TableColumn[reader.FieldCount];
            for (var i = 0; i < columns.Length; i++)
            {
                var type = reader.GetDataTypeName(i);
                columns[i] = new(reader.GetName(i), IsNumber(type));
                if (type == "boolean")
                {
                    booleans.Add(columns[i].Name);
                }
            }

            return columns;
        });
    }

    public string Name => address.Name;

    public bool IsPrivate { get; }

    public IReadOnlyList<TableColumn> Columns { get; }

    public IEnumerable<TableChunk> Read(IReadOnlyList<ColumnRequest> columns, string? sortedBy = null, CancellationToken cancellationToken = default)
    {
        var isText = columns.Select(column => column.AsText || !Find(column.Name).IsNumber).ToArray();
        var expressions = columns.Select((column, i) => Expression(Find(column.Name), isText[i]) + $" AS c{i}");
        var sql = sortedBy is null
            ? $"SELECT {string.Join(", ", expressions.DefaultIfEmpty("1::float8"))} FROM {address.Relation}"
            : $"""
              SELECT * FROM (
                  SELECT {string.Join(", ", expressions.Append("(row_number() OVER ())::float8 AS quietune_row"))},
                      trim({DuckDbSession.Identifier(Find(sortedBy).Name)}::text) COLLATE "C" AS quietune_key
                  FROM {address.Relation}) AS quietune_sorted
              ORDER BY quietune_key, quietune_row
              """;
        return Chunks(sql, isText, sortedBy is not null, cancellationToken);
    }

    private string Expression(TableColumn column, bool isText)
    {
        var name = DuckDbSession.Identifier(column.Name);
        return isText ? $"{name}::text" : booleans.Contains(column.Name) ? $"{name}::int::float8" : $"{name}::float8";
    }

    private IEnumerable<TableChunk> Chunks(string sql, bool[] isText, bool sorted, CancellationToken cancellationToken)
    {
        using var connection = Server(Connect, cancellationToken);
        using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        using var interrupt = cancellationToken.Register(command.Cancel);
        using var reader = Server(() => command.ExecuteReader(), cancellationToken);
        var chunk = new TableChunk(isText.Length);
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            chunk.FirstRow += chunk.Count;
            chunk.Count = Server(() => Fill(reader, chunk, isText, sorted), cancellationToken);
            if (chunk.Count == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                yield break;
            }

            yield return chunk;
        }
    }

    private static int Fill(NpgsqlDataReader reader, TableChunk chunk, bool[] isText, bool sorted)
    {
        for (var i = 0; i < isText.Length; i++)
        {
            chunk.Columns[i].Clear(isText[i]);
        }

        chunk.RowNumbers.Clear(isText: false);
        var rows = 0;
        while (rows < ChunkRows && reader.Read())
        {
            for (var i = 0; i < isText.Length; i++)
            {
                if (reader.IsDBNull(i))
                {
                    chunk.Columns[i].AddMissing();
                }
                else if (isText[i])
                {
                    chunk.Columns[i].AddText(Encoding.UTF8.GetBytes(reader.GetString(i)));
                }
                else
                {
                    chunk.Columns[i].AddNumber(reader.GetDouble(i));
                }
            }

            if (sorted)
            {
                chunk.RowNumbers.AddNumber(reader.GetDouble(isText.Length));
            }

            rows++;
        }

        return rows;
    }

    private NpgsqlConnection Connect()
    {
        var connection = new NpgsqlConnection(address.ConnectionString);
        connection.Open();

        // A scan must start at the table's first row every time.
        using var command = new NpgsqlCommand("SET synchronize_seqscans = off; SET default_transaction_read_only = on", connection);
        command.ExecuteNonQuery();
        return connection;
    }

    private static bool IsNumber(string type) => type.Split('(')[0] is
        "boolean" or "smallint" or "integer" or "bigint" or "real" or "double precision" or "numeric" or "decimal" or "oid";

    private TableColumn Find(string column) =>
        Columns.FirstOrDefault(found => found.Name == column) ?? throw TableProblem.NoColumn(this, column);

    // The server's messages may quote a row; its code says what kind of trouble it is (PostgreSQL manual, appendix A).
    private T Server<T>(Func<T> action, CancellationToken cancellationToken = default)
    {
        try
        {
            return action();
        }
        catch (PostgresException failure)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var quotesRows = failure.SqlState.StartsWith("22", StringComparison.Ordinal) || failure.SqlState.StartsWith("23", StringComparison.Ordinal);
            throw new InvalidDataException(
                IsPrivate && quotesRows
                    ? $"{Name} cannot be read: the server's error {failure.SqlState} is withheld, for it may quote private values."
                    : $"{Name} cannot be read: {failure.MessageText.TrimEnd('.')} (error {failure.SqlState}).",
                IsPrivate ? null : failure);
        }
        catch (NpgsqlException failure)
        {
            throw new IOException($"{Name} cannot be reached: {failure.Message.TrimEnd('.')}.", failure);
        }
    }
}
