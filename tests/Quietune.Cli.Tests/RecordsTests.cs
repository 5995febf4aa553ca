using Quietune.Data.Preprocessing;
using Quietune.Data.Tables;

namespace Quietune.Cli.Tests;

/// <summary>Records become tables that tuning reads, in every form.</summary>
public sealed class RecordsTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("quietune-records-");

    public void Dispose() => folder.Delete(recursive: true);

    [Theory]
    [InlineData("features", 40)]
    [InlineData("grid", 40 * 48)]
    public async Task Export_InventedRecords_GivesATableThatTuningReads(string form, int expected)
    {
        Assert.Equal(0, (await Told.ByAsync("records", "generate", "--out", folder.FullName, "--stays", "40")).ExitCode);
        var path = Path.Combine(folder.FullName, "table.parquet");
        var told = await Told.ByAsync("records", "export", "--data", folder.FullName, "--set", "set-a", "--as", form, "--out", path, "--declare-public", "--json");
        Assert.Equal(0, told.ExitCode);
        Assert.Equal(80, told.Json.GetProperty("cleaned").GetProperty("missing-mark").GetInt32());

        var table = TableReference.Parse(path).Open();
        var spec = PreprocessingSpec.Propose(table, new ProposalOptions("InHospitalDeath") { Exclude = ["Height", "RecordID", "PatientID", "HospitalDays", "UnitDays", "Readmitted30Days"] });
        Assert.Equal(expected, spec.Apply(table).Read(1000).Sum(batch => batch.Count));
    }

    [Fact]
    public async Task Export_Observations_HasOneRowAValue()
    {
        await Told.ByAsync("records", "generate", "--out", folder.FullName, "--stays", "5");
        var path = Path.Combine(folder.FullName, "values.parquet");
        var told = await Told.ByAsync("records", "export", "--data", folder.FullName, "--set", "set-b", "--as", "observations", "--out", path, "--json");
        Assert.Equal(0, told.ExitCode);
        Assert.Equal(System.Text.Json.JsonValueKind.Null, told.Json.GetProperty("cleaned").ValueKind);
        var heart = TableReference.Parse($"query:SELECT count(*)::DOUBLE AS n, min(Value)::DOUBLE AS low FROM '{path}' WHERE Variable = 'HR'").Open();
        var chunk = heart.Read([new("n", false), new("low", false)]).Single();
        Assert.InRange(chunk.Columns[0].Numbers[0], 100, 500);
        Assert.InRange(chunk.Columns[1].Numbers[0], 10, 120);
    }

    [Theory]
    [InlineData("mimic-iii")]
    [InlineData("mimic-iv")]
    public async Task Export_InventedMimic_GivesFeatures(string form)
    {
        Assert.Equal(0, (await Told.ByAsync("records", "generate", "--out", folder.FullName, "--as", form, "--stays", "30", "--other-events", "10")).ExitCode);
        var path = Path.Combine(folder.FullName, "cohort.parquet");
        Assert.Equal(0, (await Told.ByAsync("records", "export", "--data", folder.FullName, "--out", path)).ExitCode);
        var chunk = TableReference.Parse($"query:SELECT count(*)::DOUBLE AS n, count(Lactate_mean)::DOUBLE AS known FROM '{path}'").Open().Read([new("n", false), new("known", false)]).Single();
        Assert.Equal([30, 30], [chunk.Columns[0].Numbers[0], chunk.Columns[1].Numbers[0]]);
        (await Told.ByAsync("records", "export", "--data", folder.FullName, "--set", "set-a", "--out", path)).Refuses("MIMIC");
    }

    [Fact]
    public async Task Export_NoSuchSetOrFolder_IsNamed()
    {
        await Told.ByAsync("records", "generate", "--out", folder.FullName, "--stays", "3");
        (await Told.ByAsync("records", "export", "--data", folder.FullName, "--out", "x.parquet")).Refuses("--set", "set-a");
        (await Told.ByAsync("records", "export", "--data", folder.FullName, "--set", "set-q", "--out", "x.parquet")).Refuses("set-q");
        (await Told.ByAsync("records", "export", "--data", "no-such-folder", "--set", "set-a", "--out", "x.parquet")).Refuses("no-such-folder");
        (await Told.ByAsync("records", "export", "--data", folder.FullName, "--set", "set-a", "--out", Path.Combine(folder.FullName, "none", "x.parquet"))).Refuses("none");
    }
}
