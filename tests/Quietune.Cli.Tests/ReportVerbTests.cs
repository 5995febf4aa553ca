using System.Text.Json.Nodes;

namespace Quietune.Cli.Tests;

/// <summary>Reports rebuilt from the files of a run, with what is joined to them.</summary>
public sealed class ReportVerbTests(WardFiles ward) : IClassFixture<WardFiles>
{
    [Fact]
    public async Task Report_RunWithLedgerAuditAndEvaluations_TellsAllOfThem()
    {
        var folder = ward.NewFolder();
        var (tuned, ledger) = (Path.Combine(folder, "tuned.onnx"), Path.Combine(folder, "budget.db"));
        await DoneAsync("ledger", "grant", "--ledger", ledger, "--dataset", "ward-7", "--epsilon", "5", "--delta", "1e-5", "--privacy-unit", "patient");
        await DoneAsync([.. ward.Tune(), "--ledger", ledger, "--dataset", "ward-7", "--out", tuned]);
        var before = await FileAsync(folder, "before.json", "evaluate", "--model", ward.Model, "--data", ward.Public, "--preprocess", Path.ChangeExtension(tuned, ".preprocess.json"), "--loss", "binary", "--json");
        var after = await FileAsync(folder, "after.json", "evaluate", "--model", tuned, "--data", ward.Public, "--preprocess", Path.ChangeExtension(tuned, ".preprocess.json"), "--loss", "binary", "--subgroup", "died", "--json");
        var audit = await FileAsync(
            folder, "audit.json", "audit", "--model", ward.Model, "--public", ward.Public, "--label", "died", "--features", "age", "pressure", "lactate", "--loss", "binary", "--epsilon", "2", "4", "--draws", "50", "--json");
        var page = Path.Combine(folder, "page.html");
        var told = await Told.ByAsync("report", tuned, "--audit", audit, "--evaluation", before, after, "--ledger", ledger, "--original", ward.Model, "--html", page, "--json");
        Assert.True(told.ExitCode == 0, told.Error);
        var report = told.Json.GetProperty("report");

        // The promise is the certificate's; the budget is the ledger's.
        Assert.Equal(2, report.GetProperty("promise").GetProperty("epsilon").GetDouble());
        Assert.Equal(2, told.Json.GetProperty("certificate").GetProperty("epsilon").GetDouble());
        Assert.Equal(0, report.GetProperty("budget").GetProperty("spentBefore").GetDouble());
        Assert.InRange(report.GetProperty("budget").GetProperty("spentAfter").GetDouble(), 1.99, 2.001);
        Assert.All(report.GetProperty("checks").EnumerateArray(), check => Assert.True(check.GetProperty("passes").GetBoolean(), $"{check}"));
        Assert.Equal([true, false], report.GetProperty("audits").EnumerateArray().Select(found => found.GetProperty("isOfThisPromise").GetBoolean()));
        Assert.Equal(["before tuning", "tuned"], report.GetProperty("evaluations").EnumerateArray().Select(found => found.GetProperty("model").GetString()));
        Assert.Equal(2, report.GetProperty("evaluations")[1].GetProperty("groups").GetArrayLength());

        // Measured, not written down: noise within its law, energy within its range.
        var excess = report.GetProperty("excess");
        Assert.InRange(excess.GetProperty("achievedMean").GetDouble() / excess.GetProperty("expected").GetDouble(), 0.75, 1.25);
        Assert.InRange(report.GetProperty("geometry").GetProperty("energyKept").GetDouble(), 0.01, 1.01);
        var html = await File.ReadAllTextAsync(page, TestContext.Current.CancellationToken);
        Assert.All(["ward-7", "died = 1", "two-worlds", "before tuning"], words => Assert.Contains(words, html, StringComparison.Ordinal));
        Assert.DoesNotContain(folder, html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Report_OfTheRunAlone_IsThePageThatTuneWroteButForItsChecks()
    {
        var folder = ward.NewFolder();
        var tuned = Path.Combine(folder, "tuned.onnx");
        await DoneAsync([.. ward.Tune(), "--out", tuned]);
        var page = Path.ChangeExtension(tuned, ".report.html");
        var written = await File.ReadAllTextAsync(page, TestContext.Current.CancellationToken);
        await DoneAsync("report", tuned);
        var rebuilt = await File.ReadAllTextAsync(page, TestContext.Current.CancellationToken);
        var caption = rebuilt.IndexOf("<caption>Checked when", StringComparison.Ordinal);
        var start = rebuilt.LastIndexOf("<table>", caption, StringComparison.Ordinal);
        var end = rebuilt.IndexOf("</table>", caption, StringComparison.Ordinal) + "</table>".Length;
        Assert.Equal(Words(written), Words(rebuilt.Remove(start, end - start)));

        static string Words(string html) => string.Join(' ', html.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task Report_ChangedModel_IsToldAndEndsWithOne()
    {
        var tuned = await CopyAsync();
        File.Copy(ward.Model, tuned, overwrite: true);
        var told = await Told.ByAsync("report", tuned, "--json");
        Assert.Equal(1, told.ExitCode);
        Assert.False(told.Json.GetProperty("passes").GetBoolean());
        Assert.Contains("FAILS", await File.ReadAllTextAsync(Path.ChangeExtension(tuned, ".report.html"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Report_FilesOfAnotherRun_AreRefused()
    {
        var tuned = await CopyAsync();
        var record = Path.ChangeExtension(tuned, ".run.json");
        var evaluation = await FileAsync(Path.GetDirectoryName(tuned)!, "after.json", "evaluate", "--model", tuned, "--data", ward.Public, "--preprocess", Path.ChangeExtension(tuned, ".preprocess.json"), "--loss", "binary", "--json");
        var json = JsonNode.Parse(await File.ReadAllTextAsync(evaluation, TestContext.Current.CancellationToken))!;
        json["evaluation"]!["modelSha256"] = new string('0', 64);
        await File.WriteAllTextAsync(evaluation, json.ToJsonString(), TestContext.Current.CancellationToken);
        (await Told.ByAsync("report", tuned, "--evaluation", evaluation)).Refuses("after.json", new string('0', 64));
        (await Told.ByAsync("report", tuned, "--audit", evaluation)).Refuses("--audit", "after.json");
        (await Told.ByAsync("report", tuned, "--audit", "none.json")).Refuses("none.json does not exist");

        var run = JsonNode.Parse(await File.ReadAllTextAsync(record, TestContext.Current.CancellationToken))!;
        run["modelOutSha256"] = new string('0', 64);
        await File.WriteAllTextAsync(record, run.ToJsonString(), TestContext.Current.CancellationToken);
        (await Told.ByAsync("report", tuned)).Refuses("run.json", new string('0', 64));
        await File.WriteAllTextAsync(record, "{}", TestContext.Current.CancellationToken);
        (await Told.ByAsync("report", tuned)).Refuses("run.json", "not the record of a run");
        File.Delete(record);
        (await Told.ByAsync("report", tuned)).Refuses("run.json does not exist");
    }

    [Fact]
    public async Task Evaluate_SubgroupThatIsNoColumn_IsRefused()
    {
        (await Told.ByAsync("evaluate", "--model", ward.Model, "--data", ward.Public, "--label", "died", "--features", "age", "pressure", "lactate", "--loss", "binary", "--subgroup", "sex")).Refuses("--subgroup", "'sex'");
        (await Told.ByAsync("evaluate", "--model", ward.Model, "--data", ward.Public, "--label", "died", "--features", "age", "pressure", "lactate", "--loss", "binary", "--subgroup", "patient")).Refuses("--subgroup", "'patient'", "20");
    }

    private static async Task DoneAsync(params string[] arguments)
    {
        var told = await Told.ByAsync(arguments);
        Assert.True(told.ExitCode == 0, told.Error);
    }

    private static async Task<string> FileAsync(string folder, string name, params string[] arguments)
    {
        var told = await Told.ByAsync(arguments);
        Assert.True(told.ExitCode == 0, told.Error);
        var path = Path.Combine(folder, name);
        await File.WriteAllTextAsync(path, told.Output);
        return path;
    }

    /// <summary>The files of a run that was made once, in a new folder.</summary>
    private async Task<string> CopyAsync()
    {
        var (model, _) = await ward.TunedAsync();
        var folder = ward.NewFolder();
        foreach (var file in Directory.EnumerateFiles(Path.GetDirectoryName(model)!))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }

        return Path.Combine(folder, "tuned.onnx");
    }
}
