using System.Diagnostics;
using Quietune.Privacy.Budgets;
using Quietune.Privacy.Ledger;
using Quietune.Privacy.Profiles;
using Quietune.Storage;
using Quietune.Tests;

namespace Quietune.LedgerLoad;

/// <summary>Many processes reserve from one dataset, whose budget is enough for a part of them.</summary>
public static class LoadRun
{
    /// <summary>The budget that is fought for.</summary>
    public static PrivacyBudget Total { get; } = new(1, 1e-5);

    /// <summary>The noise multiplier of which <paramref name="count"/> releases just fit into <see cref="Total"/>.</summary>
    public static double NoiseMultiplierFor(int count) => Math.Sqrt(count) / GaussianProfile.MuOf(Total) * (1 + 1e-9);

    /// <summary>Grants the budget, on a ledger that may be new.</summary>
    public static void Grant(string location)
    {
        using var ledger = LedgerStore.Open(location);
        ledger.Grant(new(Worker.Dataset, "row", Adjacency.AddRemove, Total, "owner"));
    }

    /// <summary>Runs the processes side by side and compares what they were told with what the ledger holds.</summary>
    /// <param name="location">Where the ledger is; without entries for the dataset so far.</param>
    /// <param name="processes">How many processes.</param>
    /// <param name="reservations">How many reservations each tries.</param>
    /// <param name="fitting">How many of all of them fit into the budget.</param>
    public static LoadResult Run(string location, int processes, int reservations, int fitting)
    {
        Grant(location);
        var clock = Stopwatch.StartNew();
        var workers = Enumerable.Range(0, processes).Select(_ => new WorkerProcess(location, reservations, NoiseMultiplierFor(fitting))).ToArray();
        var reports = Array.ConvertAll(workers, worker => worker.Report());
        var elapsed = clock.Elapsed;
        Array.ForEach(workers, worker => worker.Dispose());
        return Compare(location, reports, elapsed);
    }

    /// <summary>Stops the server while processes reserve and commit, starts it again, and compares.</summary>
    /// <param name="server">Without entries for the dataset so far.</param>
    /// <param name="processes">How many processes; each must end with exit code 2.</param>
    /// <param name="spends">After how many spends the server is stopped.</param>
    public static (LoadResult Result, IReadOnlyList<WorkerReport> Reports) Unplug(PostgresServer server, int processes, int spends)
    {
        Grant(server.ConnectionString);
        var clock = Stopwatch.StartNew();
        var workers = Enumerable.Range(0, processes).Select(_ => new WorkerProcess(server.ConnectionString, int.MaxValue, NoiseMultiplierFor(1_000_000))).ToArray();
        using (var ledger = LedgerStore.Open(server.ConnectionString))
        {
            while (ledger.Statement(Worker.Dataset).Spends < spends)
            {
                Thread.Sleep(10);
            }
        }

        server.Stop();
        var reports = Array.ConvertAll(workers, worker => worker.Report());
        Array.ForEach(workers, worker => worker.Dispose());
        server.Start();
        return (Compare(server.ConnectionString, reports, clock.Elapsed), reports);
    }

    /// <summary>Kills a worker at a random moment, again and again, on one ledger.</summary>
    /// <param name="location">Where the ledger is; without entries for the dataset so far.</param>
    /// <param name="kills">How often.</param>
    /// <param name="longest">The longest a worker lives after its first step; every eighth is killed while it starts.</param>
    /// <param name="next">A random number in [0, 1) for each kill.</param>
    public static LoadResult Kill(string location, int kills, TimeSpan longest, Func<double> next)
    {
        Grant(location);
        var clock = Stopwatch.StartNew();
        var reports = new WorkerReport[kills];
        for (var i = 0; i < kills; i++)
        {
            using var worker = new WorkerProcess(location, int.MaxValue, NoiseMultiplierFor(1_000_000));
            if (i % 8 > 0)
            {
                worker.WaitForFirstStep();
            }

            Thread.Sleep(longest * next());
            worker.Kill();
            reports[i] = worker.Report();
        }

        return Compare(location, reports, clock.Elapsed);
    }

    /// <summary>Compares what workers were told with what the ledger holds.</summary>
    public static LoadResult Compare(string location, IReadOnlyList<WorkerReport> reports, TimeSpan elapsed)
    {
        using var ledger = LedgerStore.Open(location);
        var history = ledger.History().Where(entry => entry.Dataset == Worker.Dataset).ToArray();
        var reserved = history.OfType<ReservationEntry>().ToDictionary(entry => entry.Sequence);
        var committed = history.OfType<SpendEntry>().Select(entry => entry.Reservation).ToHashSet();
        var refused = history.OfType<RefusalEntry>().Select(entry => entry.Sequence).ToHashSet();
        var statement = ledger.Statement(Worker.Dataset);

        // An own sum, beside the ledger's: releases that are μᵢ-GDP are √(Σμᵢ²)-GDP together (Dong, Roth and Su 2022, corollary 3.3).
        var mu = Math.Sqrt(reserved.Values.Sum(entry => Math.Pow(((Privacy.Accounting.GaussianEvent)entry.Event).NoiseMultiplier, -2)));
        return new(
            reserved.Count,
            committed.Count,
            refused.Count,
            reports.Sum(report => report.Reserved.Count(sequence => !reserved.ContainsKey(sequence))
                + report.Committed.Count(sequence => !committed.Contains(sequence))
                + report.Refused.Count(sequence => !refused.Contains(sequence))),
            reports.Sum(report => report.Reserved.Count) - reports.SelectMany(report => report.Reserved).Distinct().Count(),
            statement.Open.Count,
            statement.EpsilonSpent,
            mu == 0 ? 0 : GaussianProfile.EpsilonOf(mu, Total.Delta),
            ledger.Verify().Faults,
            [.. reports.Select(report => report.Error).Where(error => error.Length > 0)],
            elapsed);
    }
}
