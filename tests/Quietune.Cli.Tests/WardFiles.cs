using DuckDB.NET.Data;
using Quietune.Data;

namespace Quietune.Cli.Tests;

/// <summary>A small job on disk: a public and a private table of one ward, and a logistic model pretrained on the public one.</summary>
public sealed class WardFiles : IAsyncLifetime
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("quietune-ward-");
    private string? tuned;

    public string Public => this["public.csv"];

    public string Private => this["private.csv"];

    public string Model => this["ward.onnx"];

    public string this[string name] => Path.Combine(folder.FullName, name);

    /// <summary>A new empty folder, for one run's outputs.</summary>
    public string NewFolder() => folder.CreateSubdirectory(Guid.NewGuid().ToString("N")).FullName;

    /// <summary>The options of a run that works, but for its output.</summary>
    public string[] Tune(string? privateData = null, string? publicData = null, string? model = null) =>
    [
        "tune", "--model", model ?? Model, "--public", publicData ?? Public, "--private", privateData ?? Private,
        "--label", "died", "--loss", "binary", "--privacy-unit", "patient", "--nominal-size", "100", "--epsilon", "2", "--method", "one-draw",
    ];

    /// <summary>The options of a rehearsal that works, but for its output.</summary>
    public string[] Rehearse(string method = "one-draw") =>
    [
        "rehearse", "--model", Model, "--public", Public, "--label", "died", "--loss", "binary", "--privacy-unit", "patient", "--nominal-size", "100", "--epsilon", "2", "--method", method,
    ];

    /// <summary>Lines of a ward's table: patients of three rows each.</summary>
    public static List<string> Rows(int rows, ulong seed)
    {
        var random = new SeededGenerator(seed);
        List<string> lines = ["patient,age,pressure,lactate,died"];
        for (var row = 0; row < rows; row++)
        {
            var (age, pressure, lactate) = (40 + (50 * random.NextDouble()), 60 + (80 * random.NextDouble()), 8 * random.NextDouble());
            var died = random.NextDouble() < 1 / (1 + Math.Exp(-((0.05 * (age - 65)) - (0.03 * (pressure - 100)) + (0.5 * (lactate - 4)))));
            lines.Add($"p{row / 3},{age:R},{pressure:R},{lactate:R},{(died ? 1 : 0)}");
        }

        return lines;
    }

    public static void Query(string sql)
    {
        using var connection = new DuckDBConnection("DataSource=:memory:");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>A tuned model and its certificate, made once.</summary>
    public async Task<(string Model, string Certificate)> TunedAsync()
    {
        if (tuned is null)
        {
            var output = Path.Combine(NewFolder(), "tuned.onnx");
            var told = await Told.ByAsync([.. Tune(), "--out", output]);
            Assert.True(told.ExitCode == 0, told.Error);
            tuned = output;
        }

        return (tuned, Path.ChangeExtension(tuned, ".certificate.json"));
    }

    public async ValueTask InitializeAsync()
    {
        await File.WriteAllLinesAsync(Public, Rows(600, seed: 1));
        await File.WriteAllLinesAsync(Private, Rows(300, seed: 2));
        foreach (var table in new[] { "public", "private" })
        {
            Query($"COPY (SELECT * FROM '{this[$"{table}.csv"]}') TO '{this[$"{table}.parquet"]}' (FORMAT parquet)");
            Query($"COPY (SELECT * FROM '{this[$"{table}.csv"]}') TO '{this[$"{table}.jsonl"]}' (FORMAT json)");
        }

        var told = await Told.ByAsync("pretrain", "--public", Public, "--label", "died", "--features", "age", "pressure", "lactate", "--network", "linear", "--loss", "binary", "--epochs", "3", "--out", Model, "--json");
        Assert.True(told.ExitCode == 0, told.Error);
    }

    public ValueTask DisposeAsync()
    {
        folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }
}
