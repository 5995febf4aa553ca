using Quietune.Storage.Databases;
using Quietune.Tests;

namespace Quietune.Storage.Tests.Ledgers;

public sealed class PostgresLedgerTests : LedgerContract, IClassFixture<PostgresServer>
{
    private static int schemas;
    private readonly PostgresServer server;
    private readonly string schema = $"ledger_{Interlocked.Increment(ref schemas)}";

    public PostgresLedgerTests(PostgresServer server)
    {
        this.server = server;
        Assert.SkipWhen(server.Missing is not null, server.Missing ?? "");
        server.Run($"CREATE SCHEMA {schema}");
    }

    protected override string Location => $"{server.ConnectionString};Search Path={schema}";

    protected override string Unlock => "ALTER TABLE quietune_ledger DISABLE TRIGGER ALL";

    internal override LedgerDatabase Database => PostgresLocation.Database(Location);

    [Fact]
    public void Reserve_ServerThatDoesNotWaitForItsDisk_WaitsAllTheSame()
    {
        server.Run($"ALTER ROLE postgres SET synchronous_commit = off");
        using var connection = Database.Connect(create: true);
        using var command = connection.CreateCommand();
        command.CommandText = "SHOW synchronous_commit";
        Assert.Equal("on", command.ExecuteScalar());
    }

    [Fact]
    public void Reserve_WithTheRightsToReadAndInsertAlone_Works()
    {
        using (var ledger = Open())
        {
            Grant(ledger);
        }

        server.Run($"CREATE ROLE analyst_{schema} LOGIN; GRANT USAGE ON SCHEMA {schema} TO analyst_{schema}; GRANT SELECT, INSERT ON {schema}.quietune_ledger TO analyst_{schema}");
        using var analyst = LedgerStore.Open(Location.Replace("Username=postgres", $"Username=analyst_{schema}", StringComparison.Ordinal));
        analyst.Commit(analyst.Reserve(Request(OneOf(9))).Sequence, "analyst");
        Assert.Empty(analyst.Verify().Faults);
    }

    [Fact]
    public void Reserve_WithoutAnyRight_SaysSoInOneSentence()
    {
        server.Run($"CREATE ROLE guest_{schema} LOGIN");
        using var guest = LedgerStore.Open(Location.Replace("Username=postgres", $"Username=guest_{schema}", StringComparison.Ordinal));
        var failure = Assert.Throws<IOException>(() => Grant(guest));
        Assert.DoesNotContain('\n', failure.Message);
        Assert.Contains("the server refused", failure.Message, StringComparison.Ordinal);
    }
}
