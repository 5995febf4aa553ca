using Quietune.Privacy.Ledger;
using Quietune.Storage.Databases;
using Quietune.Storage.Ledgers;

namespace Quietune.Storage;

/// <summary>Opens ledgers.</summary>
public static class LedgerStore
{
    /// <summary>The file that is used when none is named.</summary>
    public const string DefaultLocation = "quietune.db";

    /// <summary>Opens the ledger at a location; nothing is read, written or made before it is used.</summary>
    /// <param name="location">A SQLite file, made when the first entry is written; or a PostgreSQL database, as <c>postgres://user:password@host:port/database</c>
    /// or <c>Host=…;Database=…;Username=…</c>, where the first entry makes the table <c>quietune_ledger</c>.</param>
    /// <param name="clock">Where the entries' times come from; by default the system.</param>
    /// <exception cref="InvalidDataException">The location is empty or no address of a PostgreSQL database.</exception>
    public static ILedger Open(string location, TimeProvider? clock = null) =>
        string.IsNullOrWhiteSpace(location) ? throw new InvalidDataException("Expected the ledger's file or PostgreSQL address, got nothing.")
        : new SqlLedger(PostgresLocation.Fits(location) ? PostgresLocation.Database(location) : new SqliteDatabase(location), clock ?? TimeProvider.System);
}
