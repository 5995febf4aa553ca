using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Quietune.Cli.Tests;

/// <summary>A run's certificate beside its ledger and its key, and what remains of a run that was killed.</summary>
public sealed class CertificateTests(WardFiles ward) : IClassFixture<WardFiles>
{
    [Fact]
    public async Task Verify_SignedRunInALedger_HoldsUntilAByteChanges()
    {
        var folder = ward.NewFolder();
        var (ledger, key, model) = (Path.Combine(folder, "budget.db"), Path.Combine(folder, "hospital"), Path.Combine(folder, "tuned.onnx"));
        await Told.ByAsync("ledger", "grant", "--ledger", ledger, "--dataset", "ward-7", "--epsilon", "2.5", "--delta", "1e-5", "--privacy-unit", "patient");
        await Told.ByAsync("keys", "new", "--out", key);
        string[] tune = [.. ward.Tune(), "--ledger", ledger, "--dataset", "ward-7", "--key", $"{key}.key", "--out", model];
        var told = await Told.ByAsync(tune);
        Assert.True(told.ExitCode == 0, told.Error);
        string[] verify = ["verify", model, "--original", ward.Model, "--ledger", ledger, "--key", $"{key}.pub", "--json"];
        Assert.Equal(0, (await Told.ByAsync(verify)).ExitCode);
        Assert.Equal(3, (await Told.ByAsync(tune)).ExitCode);       // ε = 2 once more would make 2.9

        var path = Path.Combine(folder, "tuned.certificate.json");
        var bytes = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        for (var place = 0; place < bytes.Length; place += 23)
        {
            var changed = (byte[])bytes.Clone();
            changed[place] ^= 1;
            await File.WriteAllBytesAsync(path, changed, TestContext.Current.CancellationToken);
            var checkedAgain = await Told.ByAsync(verify);
            Assert.True(checkedAgain.ExitCode == 2 || (checkedAgain.ExitCode == 1 && checkedAgain.Output.Contains("\"passes\": false", StringComparison.Ordinal)), $"byte {place}: exit {checkedAgain.ExitCode}, {checkedAgain.Error}");
        }
    }

    [Theory]
    [InlineData("epsilon", "0.5", "ε, recomputed from the events")]
    [InlineData("epsilon", "-1", "ε, recomputed from the events")]
    [InlineData("mu", "0.001", "plan")]
    [InlineData("rounds", "7", "plan")]
    [InlineData("noiseScale", "1", "noise, recomputed from the plan")]
    [InlineData("latticeStep", "1e-12", "noise, recomputed from the plan")]
    [InlineData("accountedSensitivity", "1", "noise, recomputed from the plan")]
    [InlineData("beta", "1", "noise, recomputed from the plan")]
    [InlineData("utilitySensitivity", "1", "noise, recomputed from the plan")]
    [InlineData("expectedExcess", "1e-9", "noise, recomputed from the plan")]
    [InlineData("excessPassedInOnePercent", "1e-9", "noise, recomputed from the plan")]
    [InlineData("dimension", "2", "noise, recomputed from the plan")]
    [InlineData("privacyUnit", "\"row\"", "plan")]
    [InlineData("planSha256", "\"0\"", "plan")]
    [InlineData("modelInSha256", "\"0\"", "original model's hash")]
    [InlineData("modelOutSha256", "\"0\"", "tuned model's hash")]
    public async Task Verify_UnsignedCertificateWithOneMemberChanged_SaysWhichCheckFails(string member, string value, string check)
    {
        var (model, path) = await ward.TunedAsync();
        var certificate = JsonNode.Parse(await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken))!;
        certificate[member] = JsonNode.Parse(value);
        var changed = Path.Combine(ward.NewFolder(), "changed.json");
        await File.WriteAllTextAsync(changed, certificate.ToJsonString(), TestContext.Current.CancellationToken);
        var told = await Told.ByAsync("verify", model, "--certificate", changed, "--original", ward.Model, "--json");
        Assert.Equal(1, told.ExitCode);
        Assert.Contains(check, told.Json.GetProperty("checks").EnumerateArray().Where(made => !made.GetProperty("passes").GetBoolean()).Select(made => made.GetProperty("name").GetString()));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("not JSON")]
    [InlineData("")]
    public async Task Verify_NoCertificate_IsRefused(string text)
    {
        var path = Path.Combine(ward.NewFolder(), "none.json");
        await File.WriteAllTextAsync(path, text, TestContext.Current.CancellationToken);
        (await Told.ByAsync("verify", ward.Model, "--certificate", path)).Refuses("none.json");
        (await Told.ByAsync("verify", ward.Model)).Refuses("ward.certificate.json");
    }

    [Fact]
    public async Task Tune_KilledAtAnyMoment_LeavesNoOutputOrACompleteOne()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Needs a POSIX signal.");
        var random = new Quietune.Data.SeededGenerator((ulong)Environment.ProcessId);
        var whole = Stopwatch.StartNew();
        await RunAsync(Path.Combine(ward.NewFolder(), "tuned.onnx"), killAfter: null);
        var length = whole.Elapsed;
        var moments = Enumerable.Range(0, 10).Select(_ => length * random.NextDouble()).ToArray();
        await Parallel.ForEachAsync(Enumerable.Range(0, moments.Length), new ParallelOptions { MaxDegreeOfParallelism = 2, CancellationToken = TestContext.Current.CancellationToken }, async (run, _) =>
        {
            // The last run is killed as its first output file appears, where a half-written set is likeliest.
            var isLast = run == moments.Length - 1;
            var folder = ward.NewFolder();
            var model = Path.Combine(folder, "tuned.onnx");
            await RunAsync(model, isLast ? null : moments[run], stopAtFirstFile: isLast);
            if (File.Exists(model))
            {
                Assert.Equal(0, (await Told.ByAsync("verify", model, "--original", ward.Model)).ExitCode);
                Assert.All(["report.html", "run.json", "preprocess.json"], companion => Assert.True(File.Exists(Path.Combine(folder, $"tuned.{companion}"))));
            }
        });
    }

    private async Task RunAsync(string output, TimeSpan? killAfter, bool stopAtFirstFile = false)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "quietune.dll"), .. ward.Tune(), "--out", output]) { RedirectStandardError = true, RedirectStandardOutput = true, UseShellExecute = false })!;
        _ = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        _ = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        if (stopAtFirstFile)
        {
            while (!process.HasExited && Directory.GetFiles(Path.GetDirectoryName(output)!, "tuned.*").Length == 0)
            {
                await Task.Delay(1, TestContext.Current.CancellationToken);
            }
        }

        if (killAfter is { } time)
        {
            await Task.Delay(time, TestContext.Current.CancellationToken);
        }

        if ((killAfter is not null || stopAtFirstFile) && !process.HasExited)
        {
            process.Kill();
        }

        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(killAfter is not null || stopAtFirstFile || process.ExitCode == 0);
    }
}
