using Npgsql;

namespace Quietune.Data.Tables;

/// <summary>A PostgreSQL address: how to connect, and the table or query to read.</summary>
/// <param name="ConnectionString">For Npgsql; may hold a password.</param>
/// <param name="Relation">What follows FROM.</param>
/// <param name="IsQuery">Whether the relation is a query, which has no row order of its own.</param>
/// <param name="Name">For messages, without user and password.</param>
internal sealed record PostgresAddress(string ConnectionString, string Relation, bool IsQuery, string Name)
{
    public static PostgresAddress Parse(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri))
        {
            throw new ArgumentException("Expected postgres://user:password@host:port/database?table=NAME, got an address that is none.", nameof(text));
        }

        var builder = new NpgsqlConnectionStringBuilder { ApplicationName = "quietune" };
        Connect(builder, uri);
        var (table, query) = ((string?)null, (string?)null);
        foreach (var pair in uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = pair.Split('=', 2);
            var (key, value) = (parts[0], Uri.UnescapeDataString(parts.ElementAtOrDefault(1) ?? ""));
            switch (key.ToLowerInvariant())
            {
                case "table": table = value; break;
                case "query": query = value.Trim().TrimEnd(';'); break;
                default: Set(builder, key, value); break;
            }
        }

        var place = $"postgres://{builder.Host}/{builder.Database}";
        return (table, query) switch
        {
            ({ Length: > 0 }, null) => new(builder.ConnectionString, Quote(table), false, $"{place}?table={table}"),
            (null, { Length: > 0 }) => new(builder.ConnectionString, $"({query}\n) AS quietune_rows", true, $"{place}?query=…"),
            _ => throw new ArgumentException($"Expected either ?table=NAME or ?query=SELECT… in {place}.", nameof(text)),
        };
    }

    private static void Connect(NpgsqlConnectionStringBuilder builder, Uri uri)
    {
        if (uri.Host.Length > 0)
        {
            builder.Host = uri.Host;
        }

        if (uri.Port > 0)
        {
            builder.Port = uri.Port;
        }

        if (uri.AbsolutePath.Trim('/') is { Length: > 0 } database)
        {
            builder.Database = Uri.UnescapeDataString(database);
        }

        var user = uri.UserInfo.Split(':', 2);
        if (user[0].Length > 0)
        {
            builder.Username = Uri.UnescapeDataString(user[0]);
        }

        if (user.Length > 1)
        {
            builder.Password = Uri.UnescapeDataString(user[1]);
        }
    }

    private static void Set(NpgsqlConnectionStringBuilder builder, string key, string value)
    {
        try
        {
            builder[key switch { "sslmode" => "SSL Mode", "user" => "Username", "dbname" => "Database", _ => key }] = value;
        }
        catch (ArgumentException failure)
        {
            throw new ArgumentException($"Expected parameters of a PostgreSQL connection, table= or query=, got '{key}'.", nameof(key), failure);
        }
    }

    private static string Quote(string table) => string.Join('.', table.Split('.').Select(DuckDbSession.Identifier));
}
