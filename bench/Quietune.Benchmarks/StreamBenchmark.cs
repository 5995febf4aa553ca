using System.Diagnostics;
using DuckDB.NET.Data;
using Quietune.Data.Preprocessing;
using Quietune.Data.Tables;
using Quietune.Tuning.Geometry;
using Quietune.Tuning.Models;
using Quietune.Tuning.Pretraining;
using Quietune.Tuning.Rounds;

namespace Quietune.Benchmarks;

/// <summary>A large Parquet table streamed through a private pass of a logistic model: rows a second, and the process's peak memory.</summary>
public static class StreamBenchmark
{
    /// <summary>The word that asks this program to stream one file and print its figures.</summary>
    public const string ChildVerb = "stream-child";

    private const int Columns = 50;
    private const long DefaultRows = 5_000_000;

    /// <summary>Makes the table in a temporary folder and streams it in a process of its own.</summary>
    /// <param name="options"><c>--rows N</c>.</param>
    public static int Run(IReadOnlyList<string> options)
    {
        var rows = options is ["--rows", var given] ? long.Parse(given) : DefaultRows;
        var folder = Directory.CreateTempSubdirectory("quietune-");
        try
        {
            var path = Path.Combine(folder.FullName, "rows.parquet");
            Make(path, rows);
            using var child = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [ChildVerb, path]) { UseShellExecute = false })!;
            child.WaitForExit();
            return child.ExitCode;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Streams a file and prints its figures beside the bars.</summary>
    public static int Answer(string path, TextWriter output)
    {
        using var network = Networks.Perceptron(1, Columns, 1);
        using var model = new ModuleModel(network);
        using var geometry = new IdentityGeometry(model.Blocks);
        var spec = PreprocessingSpec.Propose(TableReference.Parse(path).Open(), new ProposalOptions("y") { Treatment = FeatureTreatment.Pass });
        var watch = Stopwatch.StartNew();
        using var sum = PrivatePass.ClippedSum(model, LossFunction.Binary, geometry, spec.Apply(TableReference.Parse(path), isPrivate: true), 1, Tuner.BatchSize);
        var seconds = watch.Elapsed.TotalSeconds;
        using var connection = new DuckDBConnection("DataSource=:memory:");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT count(*) FROM '{path}'";
        var rows = Convert.ToDouble(command.ExecuteScalar());
        using var process = Process.GetCurrentProcess();
        var peak = process.PeakWorkingSet64 / (double)(1 << 30);
        output.WriteLine($"{rows:N0} rows of {Columns} columns: {rows / seconds:N0} rows a second (bar 300,000), peak {peak:F2} GiB (bar 1)");
        return rows / seconds >= 300_000 && peak <= 1 ? 0 : 1;
    }

    private static void Make(string path, long rows)
    {
        using var connection = new DuckDBConnection("DataSource=:memory:");
        connection.Open();
        using var command = connection.CreateCommand();
        var features = string.Join(", ", Enumerable.Range(0, Columns).Select(column => $"(random() - 0.5)::FLOAT AS x{column}"));
        command.CommandText = $"COPY (SELECT {features}, (random() < 0.3)::INTEGER AS y FROM range({rows})) TO '{path}' (FORMAT parquet)";
        command.ExecuteNonQuery();
    }
}
