using Quietune.LedgerLoad;
using Quietune.Privacy.Budgets;
using Quietune.Privacy.Ledger;
using Quietune.Tests;

namespace Quietune.Storage.Tests.Ledgers;

/// <summary>The server goes away between one step and the next.</summary>
public sealed class PostgresOutageTests : IDisposable
{
    private readonly PostgresServer server = new();

    public PostgresOutageTests() => Assert.SkipWhen(server.Missing is not null, server.Missing ?? "");

    public void Dispose() => server.Dispose();

    [Fact]
    public void Server_StoppedAfterReserve_CommitFailsInOneSentenceAndTheReservationStillCounts()
    {
        using var ledger = LedgerStore.Open($"{server.ConnectionString};Password=sesame");
        LoadRun.Grant(server.ConnectionString);
        var request = new ReservationRequest(Worker.Dataset, "row", Adjacency.AddRemove, new Privacy.Accounting.GaussianEvent(10), new string('a', 64), "analyst");
        var reservation = ledger.Reserve(request);
        server.Stop();
        Check(Assert.Throws<IOException>(() => ledger.Commit(reservation.Sequence, "analyst")));
        Check(Assert.Throws<IOException>(() => ledger.Reserve(request)));
        Check(Assert.Throws<IOException>(() => ledger.Statement(Worker.Dataset)));
        server.Start();
        Assert.Equal(reservation, Assert.Single(ledger.Statement(Worker.Dataset).Open));
        ledger.Commit(reservation.Sequence, "analyst");
        Assert.Empty(ledger.Verify(reservation.Position).Faults);

        static void Check(IOException failure)
        {
            Assert.DoesNotContain('\n', failure.Message);
            Assert.DoesNotContain("sesame", failure.Message, StringComparison.Ordinal);
            Assert.StartsWith("postgres://", failure.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Server_StoppedUnderLoad_EndsEveryProcessWithOneSentenceAndForgetsNothing()
    {
        var (result, reports) = LoadRun.Unplug(server, processes: 4, spends: 100);
        Assert.All(reports, report => Assert.Equal(2, report.ExitCode));
        Assert.All(reports, report => Assert.Single(report.Error.Split('\n'), line => line.StartsWith("postgres://", StringComparison.Ordinal)));
        Assert.Equal((0, 0), (result.Lost, result.Doubled));
        Assert.Empty(result.Faults);
    }
}
