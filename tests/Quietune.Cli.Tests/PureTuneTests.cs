using System.Text.Json.Nodes;

namespace Quietune.Cli.Tests;

/// <summary><c>tune --delta 0</c>: a purely private draw with a certificate that verifies, or a refusal that says what would do.</summary>
public sealed class PureTuneTests(WardFiles ward) : IClassFixture<WardFiles>
{
    [Fact]
    public async Task Tune_NoDelta_CertifiesABallThatVerifiesAndCannotBeMadeSmaller()
    {
        var output = Path.Combine(ward.NewFolder(), "tuned.onnx");
        var ledger = Path.Combine(ward.NewFolder(), "ledger.db");
        Assert.Equal(0, (await Told.ByAsync("ledger", "grant", "--dataset", "ward-7", "--ledger", ledger, "--privacy-unit", "patient", "--epsilon", "2", "--delta", "0")).ExitCode);
        var told = await Told.ByAsync([.. ward.Tune(), "--delta", "0", "--force", "--ledger", ledger, "--dataset", "ward-7", "--out", output, "--json"]);
        Assert.True(told.ExitCode == 0, told.Error);
        Assert.Equal(0, told.Json.GetProperty("delta").GetDouble());
        var path = Path.ChangeExtension(output, ".certificate.json");
        var certificate = JsonNode.Parse(await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken))!;
        Assert.Equal("exponential-mechanism", (string?)certificate["event"]!["event"]);
        var ball = certificate["ball"]!;
        Assert.InRange((double)ball["acceptanceAtLeast"]!, 0.5, 1);
        Assert.InRange((double)ball["acceptanceMeasured"]!, (double)ball["acceptanceAtLeast"]! - 0.1, 1);
        Assert.Equal((double)certificate["clipNorm"]! * (double)ball["radius"]!, (double)certificate["utilitySensitivity"]!, 1e-9);
        var verified = await Told.ByAsync("verify", output, "--original", ward.Model, "--ledger", ledger, "--json");
        Assert.True(verified.ExitCode == 0, verified.Output);

        // The whole budget is spent, to the last bit.
        Assert.Equal(3, (await Told.ByAsync([.. ward.Tune(), "--delta", "0", "--force", "--ledger", ledger, "--dataset", "ward-7", "--out", output])).ExitCode);

        foreach (var (member, value) in new (string, double)[] { ("radius", 1.01), ("beta", 1.01), ("epsilon", 0.99) })
        {
            var changed = JsonNode.Parse(certificate.ToJsonString())!;
            var place = member == "radius" ? changed["ball"]! : changed;
            place[member] = (double)place[member]! * value;
            var file = Path.Combine(ward.NewFolder(), "changed.json");
            await File.WriteAllTextAsync(file, changed.ToJsonString(), TestContext.Current.CancellationToken);
            Assert.Equal(1, (await Told.ByAsync("verify", output, "--certificate", file)).ExitCode);
        }
    }

    [Theory]
    [InlineData("at least", "--epsilon", "0.001")]
    [InlineData("one-draw", "--method", "draws")]
    public async Task Tune_NoDeltaThatCannotBe_SpendsNothing(string said, string option, string value)
    {
        var ledger = Path.Combine(ward.NewFolder(), "ledger.db");
        Assert.Equal(0, (await Told.ByAsync("ledger", "grant", "--dataset", "ward-7", "--ledger", ledger, "--privacy-unit", "patient", "--epsilon", "2", "--delta", "0")).ExitCode);
        var output = Path.Combine(ward.NewFolder(), "tuned.onnx");
        List<string> options = [.. ward.Tune()];
        if (options.IndexOf(option) is >= 0 and var place)
        {
            options.RemoveRange(place, 2);
        }

        (await Told.ByAsync([.. options, "--delta", "0", option, value, "--ledger", ledger, "--dataset", "ward-7", "--out", output])).Refuses(said);
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(output)!));
        var shown = (await Told.ByAsync("ledger", "history", "--ledger", ledger, "--json")).Output;
        Assert.DoesNotContain("reservation", shown, StringComparison.OrdinalIgnoreCase);
    }
}
