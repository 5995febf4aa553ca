using System.Text.Json;

namespace Quietune.Cli.Tests;

/// <summary>Comparing methods on one's own tables: only where they are declared public, and with every measure, pair and mark told.</summary>
public sealed class CompareVerbTests(WardFiles ward) : IClassFixture<WardFiles>
{
    [Fact]
    public async Task Compare_TwoMethodsAndAnOracle_TellsMeasuresPairsAndThePage()
    {
        var page = Path.Combine(ward.NewFolder(), "race.html");
        var told = await Told.ByAsync([.. Compare(ward.Public), "--declared-public", "--method", "one-draw", "last-layer", "--oracle", "last-layer", "--seeds", "2", "--html", page, "--json"]);
        Assert.True(told.ExitCode == 0, told.Error);
        Assert.Contains("declared public", told.Error, StringComparison.Ordinal);
        var results = told.Json.GetProperty("results").EnumerateArray().ToList();
        Assert.Equal(["one-draw", "last-layer", "last-layer"], results.Select(result => result.GetProperty("method").GetString()));
        Assert.Equal([false, false, true], results.Select(result => result.GetProperty("oracle").GetBoolean()));
        Assert.All(results, result =>
        {
            var auroc = result.GetProperty("auroc");
            Assert.Equal(auroc.GetProperty("values").EnumerateArray().Average(value => value.GetDouble()), auroc.GetProperty("mean").GetDouble(), 1e-12);
            Assert.True(auroc.GetProperty("low").GetDouble() <= auroc.GetProperty("mean").GetDouble());
            Assert.True(result.TryGetProperty("logLoss", out _));
            Assert.Equal("patient", result.GetProperty("settings").GetProperty("privacyUnit").GetString());
        });

        var paired = told.Json.GetProperty("paired").EnumerateArray().ToList();
        Assert.Equal(["one-draw", "one-draw"], paired.Select(pair => pair.GetProperty("ours").GetString()));
        Assert.Equal(Mean(results[0]) - Mean(results[2]), paired[1].GetProperty("difference").GetProperty("mean").GetDouble(), 1e-12);
        Assert.Equal(2, paired[0].GetProperty("difference").GetProperty("pairs").GetInt32());

        // The oracles' runs are not among those that were foretold.
        Assert.Equal(4, told.Json.GetProperty("foretelling").GetProperty("runs").GetInt32());
        Assert.Contains("last-layer, oracle", await File.ReadAllTextAsync(page, TestContext.Current.CancellationToken), StringComparison.Ordinal);

        static double Mean(JsonElement result) => result.GetProperty("auroc").GetProperty("mean").GetDouble();
    }

    [Fact]
    public async Task Compare_NotDeclaredPublic_IsRefused() => (await Told.ByAsync(Compare(ward.Public))).Refuses("--declared-public", ward.Private);

    [Theory]
    [InlineData("--method", "magic", "magic")]
    [InlineData("--oracle", "magic", "magic")]
    [InlineData("--epsilon", "0", "--epsilon")]
    [InlineData("--seeds", "0", "--seeds")]
    [InlineData("--html", "no-such-folder/race.html", "--html")]
    [InlineData("--nominal-size", "0", "--nominal-size")]
    public async Task Compare_BadOption_IsRefused(string option, string value, string named) =>
        (await Told.ByAsync([.. Compare(ward.Public).Where((_, i) => option != "--nominal-size" || i is not (13 or 14)), "--declared-public", option, value])).Refuses(named);

    [Fact]
    public async Task Compare_MissingTestRows_AreNamed() => (await Told.ByAsync([.. Compare("no-such-test.csv"), "--declared-public"])).Refuses("no-such-test.csv");

    private string[] Compare(string test) =>
    [
        "compare", "--model", ward.Model, "--public", ward.Public, "--private", ward.Private, "--test", test,
        "--label", "died", "--loss", "binary", "--nominal-size", "100", "--privacy-unit", "patient",
    ];
}
