using System.Diagnostics;
using System.Security.Cryptography;
using Quietune.Privacy.Accounting;
using Quietune.Privacy.Budgets;
using Quietune.Storage;
using Quietune.Tests;

namespace Quietune.LedgerLoad;

/// <summary>The bars of the ledger, at full size.</summary>
public static class Bars
{
    private const int Processes = 32;
    private const int Reservations = 200;
    private const int Fitting = 5000;
    private const int Kills = 200;

    /// <summary>Measures every bar and tells the figures.</summary>
    /// <param name="output">Gets one line a bar.</param>
    /// <param name="store">sqlite or postgresql; null for both.</param>
    /// <returns>0 if all hold, otherwise 1.</returns>
    public static int Run(TextWriter output, string? store = null)
    {
        var folder = Directory.CreateTempSubdirectory("quietune-load-");
        try
        {
            var holds = true;
            if (store is not "postgresql")
            {
                holds &= Load(output, "SQLite", Path.Combine(folder.FullName, "load.db"));
                holds &= Killed(output, "SQLite", Path.Combine(folder.FullName, "kill.db"));
                Sampled(output, Path.Combine(folder.FullName, "sampled.db"));
            }

            if (store is not "sqlite")
            {
                using var server = new PostgresServer();
                if (server.Missing is { } missing)
                {
                    output.WriteLine($"PostgreSQL: not measured: {missing}");
                    return 1;
                }

                server.Run("CREATE SCHEMA load; CREATE SCHEMA kill");
                holds &= Load(output, "PostgreSQL", $"{server.ConnectionString};Search Path=load");
                holds &= Killed(output, "PostgreSQL", $"{server.ConnectionString};Search Path=kill");
                holds &= Unplugged(output, server);
            }

            output.WriteLine(holds ? "all bars hold" : "A BAR DOES NOT HOLD");
            return holds ? 0 : 1;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static bool Load(TextWriter output, string name, string location)
    {
        var result = LoadRun.Run(location, Processes, Reservations, Fitting);
        var excess = result.EpsilonInAll - LoadRun.Total.Epsilon;
        output.WriteLine(
            $"{name}, {Processes} processes x {Reservations} reservations, {Fitting} fit: {result.Reserved} reserved, {result.Committed} committed, {result.Refused} refused, " +
            $"{result.Lost} lost, {result.Doubled} given twice, epsilon - cap = {excess:E2}, {result.Faults.Count} faults, {result.Elapsed.TotalSeconds:0.0} s{string.Concat(result.Errors.Select(error => $"; {error}"))}");
        return result is { Reserved: Fitting, Committed: Fitting, Lost: 0, Doubled: 0, Open: 0, Faults.Count: 0, Errors.Count: 0 } && result.Refused == (Processes * Reservations) - Fitting && excess <= 1e-12;
    }

    private static bool Killed(TextWriter output, string name, string location)
    {
        var result = LoadRun.Kill(location, Kills, TimeSpan.FromSeconds(0.1), () => RandomNumberGenerator.GetInt32(1_000_000) / 1e6);
        output.WriteLine(
            $"{name}, {Kills} processes killed at random moments: {result.Reserved} reserved, {result.Committed} committed, {result.Open} open and counted, " +
            $"{result.Lost} forgotten, {result.Faults.Count} faults, {result.Elapsed.TotalSeconds:0.0} s");
        return result is { Lost: 0, Doubled: 0, Faults.Count: 0 } && result.Open == result.Reserved - result.Committed && result.EpsilonSpent >= result.EpsilonInAll;
    }

    private static bool Unplugged(TextWriter output, PostgresServer server)
    {
        var (result, reports) = LoadRun.Unplug(server, Processes, spends: 1000);
        output.WriteLine(
            $"PostgreSQL stopped under {Processes} processes: {reports.Count(report => report.ExitCode == 2)} ended with exit code 2, {result.Lost} of {result.Reserved} reservations forgotten, " +
            $"{result.Faults.Count} faults; said: {reports[0].Error}");
        return result is { Lost: 0, Doubled: 0, Faults.Count: 0 } && reports.All(report => report.ExitCode == 2 && report.Error.Split('\n').Length == 1);
    }

    private static void Sampled(TextWriter output, string location)
    {
        using var ledger = LedgerStore.Open(location);
        ledger.Grant(new(Worker.Dataset, "row", Adjacency.AddRemove, new(10, 1e-6), "owner"));
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < 10; i++)
        {
            var plan = new SelfComposedEvent(new PoissonSampledEvent(0.01, new GaussianEvent(1 + (i / 100.0))), 1000);
            ledger.Reserve(new(Worker.Dataset, "row", Adjacency.AddRemove, plan, new string('a', 64), "load"));
        }

        output.WriteLine($"10 different Poisson-sampled plans of 1,000 rounds, by loss distributions: {clock.Elapsed.TotalSeconds / 10:0.00} s a reservation");
    }
}
