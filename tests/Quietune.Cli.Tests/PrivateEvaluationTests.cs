using System.Text.Json;

namespace Quietune.Cli.Tests;

/// <summary>A model measured on private rows: what is released, what it costs, and what is refused.</summary>
public sealed class PrivateEvaluationTests(WardFiles ward) : IClassFixture<WardFiles>
{
    private string Spec => Path.ChangeExtension(ward.Model, ".preprocess.json");

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Evaluate_PrivateRows_ReleasesMeasuresNearTheTruth(bool hasPublic)
    {
        // Rows are units here, so that the counts are those of the rows; a large ε makes the noise small beside sampling.
        var path = Path.Combine(ward.NewFolder(), "scores.json");
        string[] publicRows = hasPublic ? ["--public", ward.Public] : [];
        var told = await Told.ByAsync([.. Evaluate("8"), .. publicRows, "--out", path, "--json"]);
        Assert.True(told.ExitCode == 0, told.Error);
        var truth = (await Told.ByAsync("evaluate", "--model", ward.Model, "--data", ward.Private, "--preprocess", Spec, "--loss", "binary", "--json")).Json;
        var scores = told.Json.GetProperty("scores");
        Assert.True(scores.GetProperty("suffices").GetBoolean());
        foreach (var measure in new[] { "auroc", "accuracy" })
        {
            var released = scores.GetProperty(measure);
            Assert.Equal(truth.GetProperty(measure).GetDouble(), released.GetProperty("value").GetDouble(), 0.1);
            Assert.True(released.GetProperty("low").GetDouble() < released.GetProperty("value").GetDouble() && released.GetProperty("value").GetDouble() < released.GetProperty("high").GetDouble());
        }

        Assert.Equal("row", told.Json.GetProperty("privacyUnit").GetString());
        Assert.False(told.Json.TryGetProperty("notPrivate", out _));

        // σ = Δ/μ, up to the allowance for rounding: μ(ε = 8, δ = 1e-5) = 1.666031.
        Assert.InRange(scores.GetProperty("noiseDeviation").GetDouble(), 1 / 1.666031, 1.01 / 1.666031);
        Assert.Equal(1 / 1.666031, told.Json.GetProperty("event").GetProperty("noiseMultiplier").GetDouble(), 1e-5);
        Assert.Equal(told.Output.Trim(), (await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken)).Trim());
    }

    [Fact]
    public async Task Evaluate_PrivateRows_TellsNothingElseOfThem()
    {
        // The number of rows, and how long they took, are as private as they are.
        var told = await Told.ByAsync([.. Evaluate("1"), "--privacy-unit", "patient", "--json"]);
        Assert.True(told.ExitCode == 0, told.Error);
        Assert.Equal("patient", told.Json.GetProperty("privacyUnit").GetString());
        Assert.DoesNotContain(told.Json.EnumerateObject(), member => member.Name is "rows" or "count");
        Assert.Contains("counting private rows: done", told.Error, StringComparison.Ordinal);
        var seeded = await Told.ByAsync([.. Evaluate("1"), "--test-seed", "1", "--json"]);
        Assert.StartsWith("NOT PRIVATE", seeded.Json.EnumerateObject().First().Value.GetString(), StringComparison.Ordinal);
        Assert.NotEqual(seeded.Json.GetProperty("scores").GetRawText(), (await Told.ByAsync([.. Evaluate("1"), "--test-seed", "2", "--json"])).Json.GetProperty("scores").GetRawText());
    }

    [Fact]
    public async Task Evaluate_TinyBudget_SaysThatItDoesNotSuffice()
    {
        var told = await Told.ByAsync([.. Evaluate("0.01"), "--test-seed", "1", "--json"]);
        Assert.True(told.ExitCode == 0, told.Error);
        Assert.False(told.Json.GetProperty("scores").GetProperty("suffices").GetBoolean());
        Assert.Equal(JsonValueKind.Null, told.Json.GetProperty("scores").GetProperty("auroc").ValueKind);
    }

    [Fact]
    public async Task Evaluate_Ledger_IsChargedOnceAndRefusesBeforeTheRowsAreOpened()
    {
        var folder = ward.NewFolder();
        var (ledger, broken) = (Path.Combine(folder, "budget.db"), Path.Combine(folder, "broken.csv"));
        await File.WriteAllTextAsync(broken, $"{await File.ReadAllTextAsync(ward.Private, TestContext.Current.CancellationToken)}p1,31337\n", TestContext.Current.CancellationToken);
        Assert.Equal(0, (await Told.ByAsync("ledger", "grant", "--ledger", ledger, "--dataset", "ward-7", "--epsilon", "1.2", "--delta", "1e-5", "--privacy-unit", "patient")).ExitCode);
        string[] charged = ["--privacy-unit", "patient", "--ledger", ledger, "--dataset", "ward-7"];
        var told = await Told.ByAsync([.. Evaluate("1"), .. charged, "--json"]);
        Assert.True(told.ExitCode == 0, told.Error);
        Assert.Equal("ward-7", told.Json.GetProperty("ledger").GetProperty("dataset").GetString());
        Assert.Equal(0, (await Told.ByAsync("ledger", "verify", "--ledger", ledger)).ExitCode);

        // Reading this table fails with exit code 2; that it does not shows that it was not opened.
        var refused = await Told.ByAsync([.. Evaluate("1", broken), .. charged]);
        Assert.Equal(3, refused.ExitCode);
        Assert.Empty(refused.Output);
        var opened = await Told.ByAsync([.. Evaluate("0.1", broken), .. charged]);
        opened.Refuses("broken.csv");
        Assert.DoesNotContain("31337", opened.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_SignedStatement_HoldsWithKeyAndLedger()
    {
        var (folder, path) = await SignedAsync();
        var told = await VerifyAsync(path, "--key", Path.Combine(folder, "hospital.pub"), "--ledger", Path.Combine(folder, "budget.db"));
        Assert.True(told.ExitCode == 0, told.Output + told.Error);
        Assert.Equal(6, told.Json.GetProperty("checks").GetArrayLength());
        await Told.ByAsync("keys", "new", "--out", Path.Combine(folder, "other"));
        await FailsAsync(path, "signature", "--key", Path.Combine(folder, "other.pub"));
        (await VerifyAsync(path, "--original", ward.Model)).Refuses("--original");
    }

    [Theory]
    [InlineData("\"suffices\": true", "\"suffices\": false", "signature", "ledger")]
    [InlineData("\"epsilon\": 1,", "\"epsilon\": 0.9,", "signature", "ε, recomputed from the events", "evaluation", "ledger")]
    [InlineData("\"delta\"", "\"Delta\"", "signature")]
    public async Task Verify_ChangedStatement_IsFoundOut(string old, string changed, params string[] failing)
    {
        var (folder, path) = await SignedAsync();
        var text = await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);
        Assert.Contains(old, text, StringComparison.Ordinal);
        await File.WriteAllTextAsync(path, text.Replace(old, changed, StringComparison.Ordinal), TestContext.Current.CancellationToken);
        var told = await VerifyAsync(path, "--ledger", Path.Combine(folder, "budget.db"));
        Assert.Equal(1, told.ExitCode);
        Assert.Equal(failing.Order(), told.Json.GetProperty("checks").EnumerateArray().Where(check => !check.GetProperty("passes").GetBoolean()).Select(check => check.GetProperty("name").GetString()).Order());
    }

    [Fact]
    public async Task Verify_StatementOfAnotherModelOrOfSeededNoise_IsFoundOut()
    {
        var path = Path.Combine(ward.NewFolder(), "scores.json");
        Assert.Equal(0, (await Told.ByAsync([.. Evaluate("1"), "--test-seed", "1", "--out", path])).ExitCode);
        await FailsAsync(path, "noise that nobody can guess");
        var other = Path.Combine(Path.GetDirectoryName(path)!, "other.onnx");
        await File.WriteAllBytesAsync(other, [.. await File.ReadAllBytesAsync(ward.Model, TestContext.Current.CancellationToken), 0x72, 0x00], TestContext.Current.CancellationToken);
        var told = await Told.ByAsync("verify", other, "--certificate", path, "--json");
        Assert.Contains(told.Json.GetProperty("checks").EnumerateArray(), check => check.GetProperty("name").GetString() == "measured model's hash" && !check.GetProperty("passes").GetBoolean());
    }

    [Fact]
    public async Task Evaluate_KeyWithoutFile_IsRefused() => (await Told.ByAsync([.. Evaluate("1"), "--key", "hospital.key"])).Refuses("--key", "--out");

    [Theory]
    [InlineData("--private", null, "--epsilon")]
    [InlineData("--epsilon", "0", "--epsilon")]
    [InlineData("--delta", "0", "--delta")]
    [InlineData("--loss", "squared", "--loss")]
    [InlineData("--data", "missing.csv", "missing.csv")]
    [InlineData("--ledger", "budget.db", "--dataset")]
    [InlineData("--privacy-unit", "nobody", "nobody")]
    [InlineData("--preprocess", null, "--preprocess")]
    public async Task Evaluate_BadOption_IsRefused(string option, string? value, string named)
    {
        List<string> options = [.. Evaluate("1")];
        var place = options.IndexOf(option == "--private" ? "--epsilon" : option);
        if (place >= 0)
        {
            options.RemoveRange(place, 2);
        }

        (await Told.ByAsync([.. options, .. value is null ? Array.Empty<string>() : [option, option is "--data" or "--ledger" ? ward[value] : value]])).Refuses(named);
    }

    [Theory]
    [InlineData("--epsilon", "1")]
    [InlineData("--ledger", "x.db")]
    [InlineData("--privacy-unit", "patient")]
    public async Task Evaluate_BudgetForRowsDeclaredNotPrivate_IsRefused(string option, string value) =>
        (await Told.ByAsync("evaluate", "--model", ward.Model, "--data", ward.Public, "--preprocess", Spec, "--loss", "binary", option, value)).Refuses(option, "--private");

    [Fact]
    public async Task Evaluate_ModelOfTenClasses_IsRefusedUnopened()
    {
        using var digits = new DigitFolder(train: 30, test: 0);
        var lenet = Quietune.Tests.SharedFiles.Require("models/lenet-mnist/model.onnx");
        (await Told.ByAsync("evaluate", "--model", lenet, "--data", digits.Path, "--public", digits.Path, "--private", "--epsilon", "1")).Refuses("10 outputs");
    }

    /// <summary>A statement that is entered in a ledger and signed.</summary>
    private async Task<(string Folder, string Path)> SignedAsync()
    {
        var folder = ward.NewFolder();
        var (ledger, path) = (Path.Combine(folder, "budget.db"), Path.Combine(folder, "scores.json"));
        Assert.Equal(0, (await Told.ByAsync("ledger", "grant", "--ledger", ledger, "--dataset", "ward-7", "--epsilon", "2", "--delta", "1e-5", "--privacy-unit", "row")).ExitCode);
        Assert.Equal(0, (await Told.ByAsync("keys", "new", "--out", Path.Combine(folder, "hospital"))).ExitCode);
        var told = await Told.ByAsync([.. Evaluate("1"), "--ledger", ledger, "--dataset", "ward-7", "--key", Path.Combine(folder, "hospital.key"), "--out", path]);
        Assert.True(told.ExitCode == 0, told.Error);
        return (folder, path);
    }

    private Task<Told> VerifyAsync(string path, params string[] options) => Told.ByAsync(["verify", ward.Model, "--certificate", path, "--json", .. options]);

    private async Task FailsAsync(string path, string check, params string[] options)
    {
        var told = await VerifyAsync(path, options);
        Assert.Equal(1, told.ExitCode);
        Assert.Equal([check], told.Json.GetProperty("checks").EnumerateArray().Where(found => !found.GetProperty("passes").GetBoolean()).Select(found => found.GetProperty("name").GetString()));
    }

    private string[] Evaluate(string epsilon, string? data = null) =>
        ["evaluate", "--model", ward.Model, "--data", data ?? ward.Private, "--preprocess", Spec, "--loss", "binary", "--private", "--epsilon", epsilon];
}
