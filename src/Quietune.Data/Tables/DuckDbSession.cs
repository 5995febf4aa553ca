using System.Runtime.CompilerServices;
using DuckDB.NET.Data;
using DuckDB.NET.Native;
using static DuckDB.NET.Native.NativeMethods;

namespace Quietune.Data.Tables;

/// <summary>One DuckDB engine in memory: bounded memory, spilling to a private temporary folder, no network and no extensions.</summary>
internal sealed class DuckDbSession : IDisposable
{
    private readonly DirectoryInfo spill = Directory.CreateTempSubdirectory("quietune-");
    private readonly DuckDBConnection connection = new("DataSource=:memory:");

    private readonly DuckDbErrors errors;

    public DuckDbSession(DuckDbErrors errors)
    {
        this.errors = errors;
        connection.Open();
        var threads = Environment.ProcessorCount;

        // Enough for the row groups that every thread decodes at once; the rest spills.
        var megabytes = Math.Max(512, 128 * threads);
        using var command = connection.CreateCommand();
        command.CommandText = $"""
            SET threads = {threads};
            SET memory_limit = '{megabytes}MB';
            SET temp_directory = {Literal(spill.FullName)};
            SET autoinstall_known_extensions = false;
            SET autoload_known_extensions = false;
            SET preserve_insertion_order = true;
            """;
        command.ExecuteNonQuery();
    }

    /// <summary>A text as a SQL literal.</summary>
    public static string Literal(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    /// <summary>A name as a quoted SQL identifier.</summary>
    public static string Identifier(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>Names and types of the columns of a relation, without reading its rows.</summary>
    public IReadOnlyList<(string Name, string Type)> Describe(string relation)
    {
        try
        {
            using var command = connection.CreateCommand();
            command.CommandText = $"DESCRIBE SELECT * FROM {relation}";
            using var reader = command.ExecuteReader();
            var columns = new List<(string, string)>();
            while (reader.Read())
            {
                columns.Add((reader.GetString(0), reader.GetString(1)));
            }

            return columns;
        }
        catch (DuckDBException failure)
        {
            throw errors.Translate(failure.Message, whileReading: false);
        }
    }

    /// <summary>Runs a statement that gives no rows.</summary>
    /// <exception cref="InvalidDataException">It fails.</exception>
    public void Execute(string sql)
    {
        try
        {
            using var command = connection.CreateCommand();
            command.CommandText = sql;
            command.ExecuteNonQuery();
        }
        catch (DuckDBException failure)
        {
            throw errors.Translate(failure.Message, whileReading: true);
        }
    }

    /// <summary>Runs a query whose columns are all DOUBLE or VARCHAR, and hands out its rows vector by vector.</summary>
    /// <param name="sql">The query.</param>
    /// <param name="fill">Receives each vector's columns: native vector handles and the row count.</param>
    /// <param name="cancellationToken">Interrupts the engine.</param>
    /// <returns>The number of rows of each vector, after <paramref name="fill"/> has copied it.</returns>
    /// <exception cref="InvalidDataException">The query fails.</exception>
    public IEnumerable<int> Stream(string sql, Action<DuckDBDataChunk, int> fill, CancellationToken cancellationToken)
    {
        using var interrupt = cancellationToken.Register(() => Startup.DuckDBInterrupt(connection.NativeConnection));
        var state = PreparedStatements.DuckDBPrepare(connection.NativeConnection, sql, out var statement);
        using (statement)
        {
            if (state != DuckDBState.Success)
            {
                throw errors.Translate(PreparedStatements.DuckDBPrepareError(statement) ?? "", whileReading: false);
            }

            var executed = PreparedStatements.DuckDBExecutePreparedStreaming(statement, out var result);
            try
            {
                cancellationToken.ThrowIfCancellationRequested();
                Check(executed, ref result);
                while (true)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    using var chunk = StreamingResult.DuckDBStreamFetchChunk(result);
                    var rows = chunk.IsInvalid ? 0 : (int)DataChunks.DuckDBDataChunkGetSize(chunk);
                    if (rows == 0)
                    {
                        cancellationToken.ThrowIfCancellationRequested();
                        Check(DuckDBState.Success, ref result);
                        yield break;
                    }

                    fill(chunk, rows);
                    yield return rows;
                }
            }
            finally
            {
                result.Close();
            }
        }
    }

    /// <summary>Copies one vector of DOUBLE or VARCHAR.</summary>
    public static unsafe void Copy(DuckDBDataChunk chunk, int column, int rows, bool isText, ColumnValues target)
    {
        var vector = DataChunks.DuckDBDataChunkGetVector(chunk, column);
        var data = Vectors.DuckDBVectorGetData(vector);
        var validity = Vectors.DuckDBVectorGetValidity(vector);
        target.Clear(isText);
        if (!isText && validity == null)
        {
            target.AddNumbers(new ReadOnlySpan<double>(data, rows));
            return;
        }

        for (var row = 0; row < rows; row++)
        {
            if (validity != null && (validity[row >> 6] >> (row & 63) & 1) == 0)
            {
                target.AddMissing();
            }
            else if (isText)
            {
                target.AddText(Text((byte*)data + (16L * row)));
            }
            else
            {
                target.AddNumber(((double*)data)[row]);
            }
        }
    }

    public void Dispose()
    {
        connection.Dispose();
        spill.Delete(recursive: true);
    }

    // DuckDB's string: a length, then up to 12 bytes in place, or 4 bytes of prefix and a pointer.
    private static unsafe ReadOnlySpan<byte> Text(byte* value)
    {
        var length = Unsafe.ReadUnaligned<int>(value);
        return length <= 12 ? new(value + 4, length) : new(Unsafe.ReadUnaligned<nint>(value + 8).ToPointer(), length);
    }

    private void Check(DuckDBState state, ref DuckDBResult result)
    {
        var message = Query.DuckDBResultError(ref result);
        if (state != DuckDBState.Success || !string.IsNullOrEmpty(message))
        {
            throw errors.Translate(message ?? "", whileReading: true);
        }
    }
}
