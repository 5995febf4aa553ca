using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace Quietune.Storage.Databases;

/// <summary>A ledger in one SQLite file, made on first use.</summary>
/// <remarks>
/// Write-ahead log with synchronous=FULL: a commit is on the disk before it returns (sqlite.org/pragma.html#pragma_synchronous).
/// BEGIN IMMEDIATE takes the one write lock of the file before anything is read, so that reading and appending are one step.
/// </remarks>
internal sealed class SqliteDatabase(string path) : LedgerDatabase
{
    private const string Table = """
        CREATE TABLE IF NOT EXISTS quietune_ledger (sequence INTEGER PRIMARY KEY, entry TEXT NOT NULL, hash TEXT NOT NULL) STRICT;
        CREATE TRIGGER IF NOT EXISTS quietune_ledger_update BEFORE UPDATE ON quietune_ledger
        BEGIN SELECT RAISE(ABORT, 'ledger entries are never changed'); END;
        CREATE TRIGGER IF NOT EXISTS quietune_ledger_delete BEFORE DELETE ON quietune_ledger
        BEGIN SELECT RAISE(ABORT, 'ledger entries are never removed'); END;
        """;

    public override string Name => path;

    public override DbConnection Connect(bool create)
    {
        if (!create && !File.Exists(path))
        {
            throw new InvalidDataException($"{path}: expected a ledger, but there is no such file; 'quietune ledger grant' makes one.");
        }

        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = create ? SqliteOpenMode.ReadWriteCreate : SqliteOpenMode.ReadWrite,
            Pooling = false,
            DefaultTimeout = Patience,
        }.ConnectionString);
        try
        {
            connection.Open();
            Execute(connection, null, $"PRAGMA busy_timeout = {Patience * 1000}; PRAGMA synchronous = FULL; PRAGMA fullfsync = ON");
            if (create && Scalar(connection, null, "PRAGMA journal_mode") is not "wal" && Scalar(connection, null, "PRAGMA journal_mode = WAL") is not "wal")
            {
                throw new InvalidDataException($"{path}: expected a place where SQLite can keep a write-ahead log, such as a local disk.");
            }

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
        var transaction = ((SqliteConnection)connection).BeginTransaction(deferred: false);
        if (!HasTable(connection, transaction))
        {
            Execute(connection, transaction, Table);
        }

        return transaction;
    }

    public override bool HasTable(DbConnection connection) => HasTable(connection, null);

    public override Exception Explain(DbException failure) => ((SqliteException)failure).SqliteErrorCode switch
    {
        SQLitePCL.raw.SQLITE_NOTADB or SQLitePCL.raw.SQLITE_CORRUPT => new InvalidDataException($"{path}: expected a ledger, got a file that SQLite cannot read as a database.", failure),
        SQLitePCL.raw.SQLITE_BUSY or SQLitePCL.raw.SQLITE_LOCKED => new IOException($"{path}: another process kept the ledger locked for more than {Patience} seconds.", failure),
        SQLitePCL.raw.SQLITE_CANTOPEN => new IOException($"{path}: the ledger cannot be opened; expected a file in a folder that exists and may be written to.", failure),
        SQLitePCL.raw.SQLITE_READONLY => new IOException($"{path}: the ledger cannot be written to.", failure),
        _ => new IOException($"{path}: the ledger cannot be used: {failure.Message.TrimEnd('.')}.", failure),
    };

    private static bool HasTable(DbConnection connection, DbTransaction? transaction) =>
        Scalar(connection, transaction, "SELECT 1 FROM sqlite_schema WHERE name = 'quietune_ledger'") is not null;
}
