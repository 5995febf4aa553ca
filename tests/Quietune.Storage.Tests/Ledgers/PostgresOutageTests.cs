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
        LoadRun.Grant(server.ConnectionString);
        var workers = Enumerable.Range(0, 4).Select(_ => new WorkerProcess(server.ConnectionString, int.MaxValue, LoadRun.NoiseMultiplierFor(1_000_000))).ToArray();
        using (var ledger = LedgerStore.Open(server.ConnectionString))
        {
            Assert.True(SpinWait.SpinUntil(() => ledger.Statement(Worker.Dataset).Spends > 100, TimeSpan.FromSeconds(60)));
        }

        server.Stop();
        var reports = Array.ConvertAll(workers, worker => worker.Report());
        Array.ForEach(workers, worker => worker.Dispose());
        server.Start();
        var result = LoadRun.Compare(server.ConnectionString, reports, TimeSpan.Zero);
        Assert.All(reports, report => Assert.Equal(2, report.ExitCode));
        Assert.All(reports, report => Assert.Single(report.Error.Split('\n'), line => line.StartsWith("postgres://", StringComparison.Ordinal)));
        Assert.Equal((0, 0), (result.Lost, result.Doubled));
        Assert.Empty(result.Faults);
    }
}
