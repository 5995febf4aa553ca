namespace Quietune.Storage.Databases;

/// <summary>One row of the ledger's table, not yet believed.</summary>
internal sealed record StoredEntry(long Sequence, string Entry, string Hash);
