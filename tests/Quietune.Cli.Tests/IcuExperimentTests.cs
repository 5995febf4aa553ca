using Quietune.Data.Clinical.Mimic;
using Quietune.Data.Generated.Clinical;

namespace Quietune.Cli.Tests;

/// <summary>The mortality experiment on invented records: what it tells, and what it refuses.</summary>
public sealed class IcuExperimentTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("quietune-icu-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task Icu_PresetWithThirdSet_TellsEveryMetricWithItsInterval()
    {
        foreach (var letter in "abc")
        {
            GeneratedRecords.Write(folder.FullName, letter, 500);
        }

        var page = Path.Combine(folder.FullName, "race.html");
        var told = await Told.ByAsync("experiment", "icu", "--data", folder.FullName, "--preset", "csru-to-micu", "--epsilon", "4", "--method", "one-draw", "--seeds", "2", "--html", page, "--json");
        Assert.Equal(0, told.ExitCode);
        Assert.Contains("set-a where ICUType=2 → set-b where ICUType=3", await File.ReadAllTextAsync(page, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal("set-c where ICUType=3", told.Json.GetProperty("preset").GetProperty("test").GetString());
        var result = told.Json.GetProperty("results")[0];
        Assert.Equal(("one-draw", false, 4.0), (result.GetProperty("method").GetString(), result.GetProperty("oracle").GetBoolean(), result.GetProperty("epsilon").GetDouble()));
        foreach (var metric in new[] { "auroc", "auprc", "score1", "score2", "brier", "logLoss", "calibrationError", "accuracy" })
        {
            var (mean, low, high) = (Number(result, metric, "mean"), Number(result, metric, "low"), Number(result, metric, "high"));
            Assert.True(low <= mean && mean <= high && low < high, $"{metric}: {low}, {mean}, {high}");
            Assert.True(Number(result, metric, "std") >= 0);
        }

        Assert.InRange(Number(told.Json.GetProperty("nonPrivate"), "auroc", "mean"), 0.6, 1);
        Assert.Contains(result.GetProperty("subgroups").EnumerateArray(), group => group.GetProperty("group").GetString() == "women");
        Assert.True(told.Json.GetProperty("cleaned").TryGetProperty("set-a", out _));
        Assert.False(told.Json.GetProperty("cleaned").TryGetProperty("set-b", out _), "Nothing may be counted of a set with private stays.");
    }

    [Fact]
    public async Task Icu_Mimic_RunsByHalves()
    {
        GeneratedMimic.Write(folder.FullName, MimicEdition.Four, 600);
        var told = await Told.ByAsync("experiment", "icu", "--data", folder.FullName, "--preset", "surgical-to-medical", "--epsilon", "2", "--method", "one-draw", "--seeds", "1", "--json");
        Assert.Equal(0, told.ExitCode);
        Assert.Equal("mimic where (ICUType in (1,3)) and Half=1", told.Json.GetProperty("preset").GetProperty("private").GetString());
    }

    [Fact]
    public async Task Icu_LinearMethods_RunOnTheLogisticModelAndNoOther()
    {
        GeneratedRecords.Write(folder.FullName, 'a', 200);
        GeneratedRecords.Write(folder.FullName, 'b', 100);
        string[] usual = ["experiment", "icu", "--data", folder.FullName, "--public", "set-a", "--private", "set-b", "--test", "set-a", "--epsilon", "4", "--seeds", "1", "--json"];
        var told = await Told.ByAsync([.. usual, "--method", "dp-fc"]);
        Assert.Equal(0, told.ExitCode);
        Assert.Equal("dp-fc", told.Json.GetProperty("results")[0].GetProperty("method").GetString());
        Assert.InRange(Number(told.Json.GetProperty("results")[0], "auroc", "mean"), 0.3, 1);
        (await Told.ByAsync([.. usual, "--model", "mlp", "--method", "dp-fc"])).Refuses("dp-fc", "logistic", "mlp");
    }

    [Fact]
    public async Task Icu_MalformedPrivateRecord_IsPlacedWithoutItsValue()
    {
        GeneratedRecords.Write(folder.FullName, 'a', 100);
        GeneratedRecords.Write(folder.FullName, 'b', 5);
        var records = Directory.CreateDirectory(Path.Combine(folder.FullName, "set-b"));
        await File.WriteAllTextAsync(Path.Combine(records.FullName, "200001.txt"), "Time,Parameter,Value\n00:00,RecordID,200001\n00:10,HR,secret\n", TestContext.Current.CancellationToken);
        var told = await Told.ByAsync("experiment", "icu", "--data", folder.FullName, "--public", "set-a", "--private", "set-b", "--test", "set-a", "--json");
        told.Refuses("record file 1, line 3", "finite number");
        Assert.DoesNotContain("secret", told.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--preset", "nowhere", "csru-to-micu")]
    [InlineData("--public", "set-a when", "--public")]
    [InlineData("--public", "set-q", "set-q")]
    [InlineData("--public", "set-a where Age>200", "selects too little")]
    [InlineData("--model", "forest", "logistic")]
    [InlineData("--epsilon", "0", "--epsilon")]
    public async Task Icu_BadOption_IsRefusedInOneSentence(string option, string value, string named)
    {
        GeneratedRecords.Write(folder.FullName, 'a', 60);
        string[] usual = option is "--preset" ? [] : ["--private", "set-a", "--test", "set-a", .. option == "--public" ? Array.Empty<string>() : ["--public", "set-a"]];
        (await Told.ByAsync(["experiment", "icu", "--data", folder.FullName, option, value, .. usual])).Refuses(named);
    }

    private static double Number(System.Text.Json.JsonElement scores, string metric, string part) => scores.GetProperty(metric).GetProperty(part).GetDouble();
}
