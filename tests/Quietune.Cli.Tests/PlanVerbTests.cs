namespace Quietune.Cli.Tests;

/// <summary>Forecasts from the command line: the numbers, the page, and what is refused.</summary>
public sealed class PlanVerbTests(WardFiles ward) : IClassFixture<WardFiles>
{
    [Fact]
    public async Task Plan_UsualCandidates_TellsEachAndWritesThePage()
    {
        var page = Path.Combine(ward.NewFolder(), "plan.html");
        var told = await Told.ByAsync([.. Plan(), "--html", page, "--json"]);
        Assert.True(told.ExitCode == 0, told.Error);
        var candidates = told.Json.GetProperty("candidates").EnumerateArray().ToDictionary(candidate => candidate.GetProperty("name").GetString()!);
        Assert.Equal(["diagonal", "identity", "kronecker", "kronecker@bias"], candidates.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(4, candidates["identity"].GetProperty("dimension").GetInt32());
        Assert.Equal(1, candidates["kronecker@bias"].GetProperty("dimension").GetInt32());
        Assert.Equal(1, candidates["kronecker"].GetProperty("energyKept").GetDouble(), 1e-3);
        Assert.All(candidates.Values, candidate =>
        {
            // σ/N with σ = C/μ, up to the allowance for rounding: μ(ε = 2, δ = 1e-5) = 0.501552 (Dong, Roth & Su 2022, corollary 2.13).
            var noise = candidate.GetProperty("clipNorm").GetDouble() / 0.501552 / 100;
            Assert.InRange(candidate.GetProperty("noisePerCoordinate").GetDouble(), noise * 0.9999, noise * 1.01);
            Assert.True(candidate.GetProperty("excessTail").GetDouble() > candidate.GetProperty("excess").GetDouble());
            Assert.True(candidate.GetProperty("passSeconds").GetDouble() > 0);
            Assert.True(candidate.GetProperty("bytes").GetInt64() > 0);
        });
        var benefits = told.Json.GetProperty("candidates").EnumerateArray().Select(candidate => candidate.GetProperty("triedGain").GetDouble()).ToList();
        Assert.Equal(benefits.OrderDescending(), benefits);
        Assert.Contains("kronecker@bias", await File.ReadAllTextAsync(page, TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plan_NamedCandidates_TellsThoseAlone()
    {
        var told = await Told.ByAsync([.. Plan(), "--candidate", "kronecker:2", "hadamard:2", "--json"]);
        Assert.True(told.ExitCode == 0, told.Error);
        Assert.Equal(["hadamard:2", "kronecker:2"], told.Json.GetProperty("candidates").EnumerateArray().Select(candidate => candidate.GetProperty("name").GetString()).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("--candidate", "magic", "magic")]
    [InlineData("--candidate", "kronecker:99", "kronecker:99")]
    [InlineData("--candidate", "identity@tail", "tail")]
    [InlineData("--html", "missing-folder/plan.html", "missing-folder")]
    [InlineData("--html", "ward.onnx", "ward.onnx")]
    [InlineData("--delta", "0", "--delta")]
    public async Task Plan_BadOption_IsRefused(string option, string value, string named) =>
        (await Told.ByAsync([.. Plan(), option, option == "--html" ? ward[value] : value])).Refuses(named);

    private string[] Plan() =>
        ["plan", "--model", ward.Model, "--public", ward.Public, "--label", "died", "--loss", "binary", "--privacy-unit", "patient", "--nominal-size", "100", "--epsilon", "2"];
}
