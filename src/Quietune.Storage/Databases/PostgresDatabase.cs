using System.Data;
using System.Data.Common;
using Npgsql;

namespace Quietune.Storage.Databases;

/// <summary>A ledger in a PostgreSQL database, for several machines.</summary>
/// <remarks>
/// synchronous_commit=on whatever the server's default: a commit is in the server's log on disk before it returns. An advisory lock of the transaction
/// keeps writers apart and, unlike a table lock, needs no right beyond SELECT and INSERT. Under READ COMMITTED the statement after the lock sees every
/// commit before it (PostgreSQL manual, 13.2.1 and 13.3.5).
/// </remarks>
internal sealed class PostgresDatabase(string connectionString, string name) : LedgerDatabase
{
    // "quietune" in ASCII.
    private const long LockKey = 0x7175696574756e65;

    private const string Table = """
        CREATE TABLE quietune_ledger (sequence BIGINT PRIMARY KEY, entry TEXT NOT NULL, hash TEXT NOT NULL);
        CREATE OR REPLACE FUNCTION quietune_ledger_is_append_only() RETURNS trigger LANGUAGE plpgsql AS
        $$BEGIN RAISE EXCEPTION 'ledger entries are never changed or removed'; END$$;
        CREATE TRIGGER quietune_ledger_change BEFORE UPDATE OR DELETE OR TRUNCATE ON quietune_ledger
        FOR EACH STATEMENT EXECUTE FUNCTION quietune_ledger_is_append_only();
        """;

    public override string Name => name;

    public override DbConnection Connect(bool create)
    {
        var connection = new NpgsqlConnection(connectionString);
        try
        {
            connection.Open();
            Execute(connection, null, "SET synchronous_commit = on");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public override DbTransaction BeginAlone(DbConnection connection)
    {
        var transaction = connection.BeginTransaction(IsolationLevel.ReadCommitted);
        Execute(connection, transaction, "SELECT pg_advisory_xact_lock(@key)", ("@key", LockKey));
        if (!HasTable(connection))
        {
            Execute(connection, transaction, Table);
        }

        return transaction;
    }

    public override bool HasTable(DbConnection connection) => Scalar(connection, null, "SELECT to_regclass('quietune_ledger')::text") is string;

    public override Exception Explain(DbException failure) => failure switch
    {
        PostgresException refused => new IOException($"{name}: the server refused: {refused.MessageText.TrimEnd('.')} (error {refused.SqlState}).", failure),
        _ => new IOException($"{name}: the ledger's server cannot be reached: {failure.Message.TrimEnd('.')}.", failure),
    };
}
