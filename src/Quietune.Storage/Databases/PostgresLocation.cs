using Npgsql;

namespace Quietune.Storage.Databases;

/// <summary>Reads the two ways in which people write where a PostgreSQL database is.</summary>
internal static class PostgresLocation
{
    public static bool Fits(string location) => IsAddress(location) || IsList(location);

    /// <exception cref="InvalidDataException">The location cannot be understood; the message holds no password.</exception>
    public static PostgresDatabase Database(string location)
    {
        var builder = Builder(location);
        return new(builder.ConnectionString, $"postgres://{builder.Host}:{builder.Port}/{builder.Database ?? builder.Username}");
    }

    /// <exception cref="InvalidDataException">The location cannot be understood; the message holds no password.</exception>
    public static string ConnectionString(string location) => Builder(location).ConnectionString;

    private static NpgsqlConnectionStringBuilder Builder(string location)
    {
        var builder = new NpgsqlConnectionStringBuilder { ApplicationName = "quietune", Pooling = false, Timeout = 60 };
        if (!TryRead(builder, location))
        {
            throw new InvalidDataException("Expected the ledger at postgres://user:password@host:port/database or Host=…;Database=…;Username=…, got an address with a part that PostgreSQL does not know.");
        }

        if (string.IsNullOrEmpty(builder.Host))
        {
            builder.Host = "localhost";
        }

        return builder;
    }

    private static bool IsAddress(string location) =>
        location.StartsWith("postgres://", StringComparison.Ordinal) || location.StartsWith("postgresql://", StringComparison.Ordinal);

    private static bool IsList(string location) =>
        location.Contains('=', StringComparison.Ordinal) &&
        location.Split(';').Any(part => part.TrimStart().StartsWith("Host", StringComparison.OrdinalIgnoreCase) || part.TrimStart().StartsWith("Server", StringComparison.OrdinalIgnoreCase));

    // What is wrong is not told, for the reader's errors may quote the password.
    private static bool TryRead(NpgsqlConnectionStringBuilder builder, string location)
    {
        try
        {
            if (IsAddress(location))
            {
                Read(builder, new Uri(location));
            }
            else
            {
                builder.ConnectionString = $"{builder.ConnectionString};{location}";
            }

            return true;
        }
        catch (Exception error) when (error is ArgumentException or FormatException)
        {
            return false;
        }
    }

    private static void Read(NpgsqlConnectionStringBuilder builder, Uri address)
    {
        if (address.Host.Length > 0)
        {
            builder.Host = address.Host;
        }

        if (address.Port > 0)
        {
            builder.Port = address.Port;
        }

        if (address.AbsolutePath.Trim('/') is { Length: > 0 } database)
        {
            builder.Database = Uri.UnescapeDataString(database);
        }

        var user = address.UserInfo.Split(':', 2);
        if (user[0].Length > 0)
        {
            builder.Username = Uri.UnescapeDataString(user[0]);
        }

        if (user.Length > 1)
        {
            builder.Password = Uri.UnescapeDataString(user[1]);
        }

        foreach (var pair in address.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = pair.Split('=', 2);
            builder[parts[0] switch { "sslmode" => "SSL Mode", "user" => "Username", "dbname" => "Database", var other => other }] =
                Uri.UnescapeDataString(parts.ElementAtOrDefault(1) ?? "");
        }
    }
}
