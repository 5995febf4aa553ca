namespace Quietune.Cli.Tests;

/// <summary><c>quietune audit</c>: attacks that prove nearly what is promised and no more, and refusals in one sentence.</summary>
public sealed class AuditVerbTests(WardFiles ward) : IClassFixture<WardFiles>
{
    [Fact]
    public async Task Audit_TwoWorlds_ProvesMostOfThePromise()
    {
        var told = await Told.ByAsync(Audit("--epsilon", "4", "--draws", "500", "--confidence", "0.99999", "--json"));
        Assert.True(told.ExitCode == 0, told.Error);
        var found = told.Json.GetProperty("findings")[0];
        Assert.Equal(4, found.GetProperty("epsilon").GetDouble());
        Assert.Equal(500, found.GetProperty("draws").GetInt32());
        
        // The noise is not seeded: one run in 100,000 may be above the promise.
        Assert.InRange(found.GetProperty("epsilonLowerBound").GetDouble(), 1.5, 4);
        Assert.False(found.GetProperty("isRefuted").GetBoolean());
        Assert.Equal(4, found.GetProperty("points").GetArrayLength());

        // At best Φ(μ/2) = 0.68, less while the threshold is still being learned; a deviation of 0.03 over some 250 draws.
        Assert.InRange(found.GetProperty("points")[0].GetProperty("hitRate").GetDouble(), 0.5, 0.8);
    }

    [Fact]
    public async Task Audit_ForPeople_TellsAVerdict()
    {
        var told = await Told.ByAsync(Audit("--draws", "20"));
        Assert.Equal(0, told.ExitCode);
        Assert.Empty(told.Output);
        Assert.Contains("not refuted", told.Error, StringComparison.Ordinal);
        Assert.Contains("gradient-aligned", told.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Audit_OneRun_TellsGuessesAndABound()
    {
        var told = await Told.ByAsync(Audit("--attack", "one-run", "--canaries", "80", "--epsilon", "8", "--json"));
        Assert.True(told.ExitCode == 0, told.Error);
        var found = told.Json.GetProperty("findings")[0];
        Assert.Equal((80, 10, 1), (found.GetProperty("canaries").GetInt32(), found.GetProperty("guesses").GetInt32(), found.GetProperty("draws").GetInt32()));
        Assert.InRange(found.GetProperty("epsilonLowerBound").GetDouble(), 0, 8);
    }

    [Fact]
    public async Task Audit_Membership_TellsEveryAttackBesideItsBound()
    {
        var told = await Told.ByAsync(Audit("--attack", "membership", "--draws", "4", "--rows", "100", "--json"));
        Assert.True(told.ExitCode == 0, told.Error);
        var found = told.Json.GetProperty("membership")[0];
        Assert.Equal(3, found.GetProperty("attacks").GetArrayLength());
        var attack = found.GetProperty("attacks")[0];
        Assert.Equal(0.1066, attack.GetProperty("largestAdvantage").GetDouble(), 1e-3);
        Assert.True(attack.GetProperty("roc").GetProperty("points").GetArrayLength() > 5);
        Assert.InRange(attack.GetProperty("roc").GetProperty("area").GetDouble(), 0.35, 0.65);
    }

    [Fact]
    public async Task Audit_OfAPureDraw_IsHeldToThePurePromise()
    {
        var told = await Told.ByAsync(Audit("--epsilon", "20", "--delta", "0", "--draws", "600", "--rows", "300", "--dimension", "3", "--json"));
        Assert.True(told.ExitCode == 0, told.Error);
        var found = told.Json.GetProperty("findings")[0];
        Assert.Equal(1, found.GetProperty("largestAccuracy").GetDouble(), 1e-6);
        Assert.InRange(found.GetProperty("accuracy").GetDouble(), 0.505, 0.8);
        Assert.InRange(found.GetProperty("epsilonLowerBound").GetDouble(), 0, 20);
    }

    [Fact]
    public async Task Audit_ExposureOfAModelFile_IsRefused() => (await Told.ByAsync(Audit("--attack", "exposure"))).Refuses("--attack exposure", "--model");

    [Fact]
    public async Task Audit_OfPrivateRows_IsRefusedUnlessPaidFor()
    {
        (await Told.ByAsync(Audit("--private", ward.Private))).Refuses("--private", "--spend");
        (await Told.ByAsync(Audit("--private", ward.Private, "--spend", "--attack", "one-run"))).Refuses("--ledger", "--dataset");
        (await Told.ByAsync(Audit("--spend"))).Refuses("--spend", "--private");
        var ledger = Path.Combine(ward.NewFolder(), "budget.db");
        string[] paid = ["--private", ward.Private, "--spend", "--ledger", ledger, "--dataset", "ward", "--privacy-unit", "patient"];
        (await Told.ByAsync(Audit([.. paid, "--attack", "two-worlds"]))).Refuses("--spend", "one-run");
        Assert.False(File.Exists(ledger));
    }

    [Fact]
    public async Task Audit_OfPrivateRows_ReservesAndCommitsOneRun()
    {
        var ledger = Path.Combine(ward.NewFolder(), "budget.db");
        string[] paid = ["--private", ward.Private, "--spend", "--ledger", ledger, "--dataset", "ward", "--privacy-unit", "patient", "--attack", "one-run", "--canaries", "40", "--json"];
        (await Told.ByAsync(Audit(paid))).Refuses("budget.db");
        Assert.Equal(0, (await Told.ByAsync("ledger", "grant", "--ledger", ledger, "--dataset", "ward", "--epsilon", "1.2", "--delta", "1e-5", "--privacy-unit", "patient")).ExitCode);
        var told = await Told.ByAsync(Audit(paid));
        Assert.True(told.ExitCode == 0, told.Error);
        Assert.InRange(told.Json.GetProperty("findings")[0].GetProperty("epsilonLowerBound").GetDouble(), 0, 1);

        // One run of ε = 1 was spent, and a second does not fit.
        Assert.Equal(3, (await Told.ByAsync(Audit(paid))).ExitCode);
    }

    [Theory]
    [InlineData("--dimension", "some")]
    [InlineData("--attack", "magic")]
    [InlineData("--confidence", "1")]
    [InlineData("--epsilon", "0")]
    [InlineData("--delta", "1")]
    [InlineData("--draws", "0")]
    [InlineData("--mnist", "digits/")]
    public async Task Audit_BadOption_IsRefused(string option, string value) => (await Told.ByAsync(Audit(option, value))).Refuses(option == "--mnist" ? "--model" : option);

    private string[] Audit(params string[] more) => ["audit", "--model", ward.Model, "--public", ward.Public, "--label", "died", "--features", "age", "pressure", "lactate", "--loss", "binary", .. more];
}
