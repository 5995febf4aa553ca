using DuckDB.NET.Data;

namespace Quietune.Data.Tests.Tables;

/// <summary>Writes test tables.</summary>
internal static class DuckDb
{
    public static void Run(string sql)
    {
        using var connection = new DuckDBConnection("DataSource=:memory:");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
