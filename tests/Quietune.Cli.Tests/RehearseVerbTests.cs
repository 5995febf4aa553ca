using System.Text.Json;
using System.Text.Json.Nodes;

namespace Quietune.Cli.Tests;

/// <summary>Rehearsing by itself: the plan that comes out, tuning by it, and what is refused.</summary>
public sealed class RehearseVerbTests(WardFiles ward) : IClassFixture<WardFiles>
{
    [Fact]
    public async Task TuneByPlan_GivesTheModelOfTheWholeRunWithoutRehearsing()
    {
        var (told, plan) = await RehearsedAsync();
        Assert.True(told.ExitCode == 0, told.Error);
        Assert.Equal("AUROC", told.Json.GetProperty("measure").GetString());
        Assert.Equal("patient", told.Json.GetProperty("plan").GetProperty("privacyUnit").GetString());
        Assert.False(told.Json.GetProperty("doesNothing").GetBoolean());
        Assert.True(told.Json.GetProperty("predictedGain").GetDouble() > 0);
        var gains = told.Json.GetProperty("scenarios").EnumerateArray().Select(scenario => scenario.GetProperty("after").GetDouble() - scenario.GetProperty("before").GetDouble());
        Assert.Equal(told.Json.GetProperty("predictedGain").GetDouble(), gains.Average(), 1e-9);

        var folder = ward.NewFolder();
        var (whole, parted) = (Path.Combine(folder, "whole.onnx"), Path.Combine(folder, "parted.onnx"));
        Assert.Equal(0, (await Told.ByAsync([.. ward.Tune(), "--test-seed", "3", "--out", whole])).ExitCode);
        var tuned = await Told.ByAsync("tune", "--model", ward.Model, "--public", ward["public.parquet"], "--private", ward.Private, "--plan", plan, "--test-seed", "3", "--out", parted, "--json");
        Assert.True(tuned.ExitCode == 0, tuned.Error);
        Assert.DoesNotContain("rehears", tuned.Error, StringComparison.Ordinal);
        Assert.Equal(await BytesAsync(whole), await BytesAsync(parted));
        Assert.NotEqual(await BytesAsync(ward.Model), await BytesAsync(parted));
        var certificate = JsonDocument.Parse(await File.ReadAllTextAsync(Path.ChangeExtension(parted, ".certificate.json"), TestContext.Current.CancellationToken)).RootElement;
        Assert.Equal(told.Json.GetProperty("planSha256").GetString(), certificate.GetProperty("planSha256").GetString());
    }

    [Theory]
    [InlineData("--label", "age", "--label")]
    [InlineData("--privacy-unit", "age", "--privacy-unit")]
    [InlineData("--loss", "squared", "--loss")]
    [InlineData("--epsilon", "3", "--epsilon")]
    [InlineData("--delta", "1e-6", "--delta")]
    [InlineData("--adjacency", "replace-one", "--adjacency")]
    [InlineData("--nominal-size", "101", "--nominal-size")]
    [InlineData("--train", "bias", "--train")]
    [InlineData("--method", "draws", "--method")]
    [InlineData("--features", "age", "--features")]
    public async Task TuneByPlan_OptionThatDiffers_IsRefused(string option, string value, string named) =>
        await RefusesAsync(ward.Model, ward.Public, [option, value], named);

    [Fact]
    public async Task TuneByPlan_AnotherModelSpecOrPublicTable_IsRefused()
    {
        var folder = ward.NewFolder();
        var (model, table, spec) = (Path.Combine(folder, "other.onnx"), Path.Combine(folder, "other.csv"), Path.Combine(folder, "other.json"));
        Assert.Equal(0, (await Told.ByAsync("pretrain", "--public", ward.Public, "--label", "died", "--features", "age", "pressure", "lactate", "--network", "linear", "--loss", "binary", "--epochs", "1", "--out", model)).ExitCode);
        await File.WriteAllLinesAsync(table, WardFiles.Rows(600, seed: 8), TestContext.Current.CancellationToken);
        Assert.Equal(0, (await Told.ByAsync("prepare", "--public", ward.Public, "--label", "died", "--privacy-unit", "patient", "--loss", "binary", "--out", spec)).ExitCode);
        await File.WriteAllTextAsync(spec, (await File.ReadAllTextAsync(spec, TestContext.Current.CancellationToken)).Replace("\"clip\": 5", "\"clip\": 4", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        await RefusesAsync(model, ward.Public, [], "the model");
        await RefusesAsync(ward.Model, table, [], "the public rows");
        await RefusesAsync(ward.Model, ward.Public, ["--preprocess", spec], "the preprocessing");
    }

    [Theory]
    [InlineData("plan", "mu", "0.6", "changed")]
    [InlineData("plan", "clipNorm", "1e-3", "changed")]
    [InlineData(null, "planSha256", "\"0\"", "changed")]
    [InlineData(null, "specSha256", "\"0\"", "changed")]
    [InlineData(null, "version", "2", "version")]
    [InlineData(null, "extra", "2", "extra")]
    public async Task TuneByPlan_ChangedPlan_IsRefused(string? parent, string member, string value, string named)
    {
        var (_, plan) = await RehearsedAsync();
        var changed = JsonNode.Parse(await File.ReadAllTextAsync(plan, TestContext.Current.CancellationToken))!;
        (parent is null ? changed : changed[parent]!)[member] = JsonNode.Parse(value);
        var path = Path.Combine(ward.NewFolder(), "changed.json");
        await File.WriteAllTextAsync(path, changed.ToJsonString(), TestContext.Current.CancellationToken);
        await RefusesAsync(ward.Model, ward.Public, [], named, path);
    }

    [Fact]
    public async Task TuneByPlan_NoPlan_IsRefused()
    {
        await RefusesAsync(ward.Model, ward.Public, [], "missing.json", ward["missing.json"]);
        await RefusesAsync(ward.Model, ward.Public, [], "ward.onnx", ward.Model);
    }

    [Fact]
    public async Task Tune_WhereHarmIsPredicted_SpendsNothingUnlessForced()
    {
        // At so small a budget the noise drowns whatever ten units can say.
        var folder = ward.NewFolder();
        var (plan, ledger, model) = (Path.Combine(folder, "plan.json"), Path.Combine(folder, "budget.db"), Path.Combine(folder, "tuned.onnx"));
        string[] hopeless = ["--model", ward.Model, "--public", ward.Public, "--label", "died", "--loss", "binary", "--privacy-unit", "patient", "--nominal-size", "10", "--epsilon", "0.001", "--method", "dp-gd"];
        var told = await Told.ByAsync(["rehearse", .. hopeless, "--out", plan, "--json"]);
        Assert.True(told.ExitCode == 0, told.Error);
        Assert.True(told.Json.GetProperty("doesNothing").GetBoolean());
        Assert.Equal(0, (await Told.ByAsync("ledger", "grant", "--ledger", ledger, "--dataset", "ward-7", "--epsilon", "1", "--delta", "1e-4", "--privacy-unit", "patient")).ExitCode);
        string[] run = ["--private", ward.Private, "--ledger", ledger, "--dataset", "ward-7", "--out", model, "--json"];
        (await Told.ByAsync(["tune", .. hopeless, .. run])).Refuses("--force");
        string[] planned = ["tune", "--model", ward.Model, "--public", ward.Public, "--plan", plan, .. run];
        (await Told.ByAsync(planned)).Refuses("--force");
        Assert.False(File.Exists(model));
        Assert.DoesNotContain("reservation", (await Told.ByAsync("ledger", "history", "--ledger", ledger, "--json")).Output, StringComparison.Ordinal);

        var forced = await Told.ByAsync([.. planned, "--force"]);
        Assert.True(forced.ExitCode == 0, forced.Error);
        Assert.True(forced.Json.GetProperty("doesNothing").GetBoolean());
        Assert.Contains("by force", await File.ReadAllTextAsync(Path.ChangeExtension(model, ".report.html"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.NotEqual(await BytesAsync(ward.Model), await BytesAsync(model));
    }

    [Fact]
    public async Task Rehearse_Auto_TakesTheBetterOfBoth()
    {
        var results = new List<JsonElement>();
        foreach (var method in new[] { "one-draw", "draws", "auto" })
        {
            var told = await Told.ByAsync([.. ward.Rehearse(method), "--out", Path.Combine(ward.NewFolder(), "plan.json"), "--json"]);
            Assert.True(told.ExitCode == 0, told.Error);
            results.Add(told.Json);
        }

        var merits = results.ConvertAll(result => result.GetProperty("merit").GetDouble());
        Assert.Equal(Math.Max(merits[0], merits[1]), merits[2], 1e-12);
        Assert.Equal(merits[0] >= merits[1] ? "one-draw" : "draws", results[2].GetProperty("method").GetString());
    }

    [Theory]
    [InlineData("--method", "magic", "magic")]
    [InlineData("--epsilon", "0", "--epsilon")]
    [InlineData("--out", "missing-folder/plan.json", "missing-folder")]
    [InlineData("--public", "missing.csv", "missing.csv")]
    public async Task Rehearse_BadOption_IsRefused(string option, string value, string named)
    {
        List<string> options = [.. ward.Rehearse(), "--out", Path.Combine(ward.NewFolder(), "plan.json")];
        var place = options.IndexOf(option);
        options[place + 1] = option is "--out" or "--public" ? ward[value] : value;
        (await Told.ByAsync([.. options])).Refuses(named);
    }

    private static Task<byte[]> BytesAsync(string path) => File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);

    private async Task<(Told Told, string Plan)> RehearsedAsync()
    {
        var plan = Path.Combine(ward.NewFolder(), "plan.json");
        return (await Told.ByAsync([.. ward.Rehearse(), "--out", plan, "--json"]), plan);
    }

    private async Task RefusesAsync(string model, string publicData, string[] more, string named, string? plan = null)
    {
        var output = Path.Combine(ward.NewFolder(), "tuned.onnx");
        (await Told.ByAsync(["tune", "--model", model, "--public", publicData, "--private", ward.Private, "--plan", plan ?? (await RehearsedAsync()).Plan, "--out", output, .. more])).Refuses(named);
        Assert.False(File.Exists(output));
    }
}
