using System.Data.Common;

namespace Quietune.Storage.Databases;

/// <summary>One kind of SQL server or file that keeps the ledger's table: <c>quietune_ledger(sequence, entry, hash)</c>.</summary>
/// <remarks>Statements that every kind understands are here; a dialect adds how to connect, how to be alone, and what its errors mean.</remarks>
internal abstract class LedgerDatabase
{
    /// <summary>Longest wait for others who write, in seconds.</summary>
    protected const int Patience = 120;

    /// <summary>Where the ledger is, without passwords.</summary>
    public abstract string Name { get; }

    /// <summary>Connects; every commit on the connection is durable before it returns.</summary>
    /// <exception cref="InvalidDataException">There is nothing at the place, and nothing may be made there.</exception>
    public abstract DbConnection Connect(bool create);

    /// <summary>Begins a transaction that has the ledger to itself until it ends, with the table made if there was none.</summary>
    public abstract DbTransaction BeginAlone(DbConnection connection);

    /// <summary>Whether the ledger's table is there.</summary>
    public abstract bool HasTable(DbConnection connection);

    /// <summary>The sentence about a failure of the database.</summary>
    public abstract Exception Explain(DbException failure);

    /// <summary>The rows from a sequence number on, in order, as of one moment.</summary>
    public static IEnumerable<StoredEntry> Read(DbConnection connection, DbTransaction? transaction, long from)
    {
        using var command = Command(connection, transaction, "SELECT sequence, entry, hash FROM quietune_ledger WHERE sequence >= @from ORDER BY sequence", ("@from", from));
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            yield return reader.GetValue(0) is long sequence && reader.GetValue(1) is string entry && reader.GetValue(2) is string hash
                ? new(sequence, entry, hash)
                : throw new InvalidDataException("Expected the ledger's table as it was made, got a table quietune_ledger with columns of other kinds.");
        }
    }

    public static void Insert(DbConnection connection, DbTransaction transaction, StoredEntry row) => Execute(
        connection,
        transaction,
        "INSERT INTO quietune_ledger (sequence, entry, hash) VALUES (@sequence, @entry, @hash)",
        ("@sequence", row.Sequence),
        ("@entry", row.Entry),
        ("@hash", row.Hash));

    protected static void Execute(DbConnection connection, DbTransaction? transaction, string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        using var command = Command(connection, transaction, sql, parameters);
        command.ExecuteNonQuery();
    }

    protected static object? Scalar(DbConnection connection, DbTransaction? transaction, string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        using var command = Command(connection, transaction, sql, parameters);
        return command.ExecuteScalar();
    }

    private static DbCommand Command(DbConnection connection, DbTransaction? transaction, string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = sql;
        command.CommandTimeout = Patience;
        foreach (var (name, value) in parameters)
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = (name, value);
            command.Parameters.Add(parameter);
        }

        return command;
    }
}
