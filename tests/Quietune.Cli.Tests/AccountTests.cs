namespace Quietune.Cli.Tests;

/// <summary>The conversions are those of the closed form, in both directions.</summary>
public sealed class AccountTests
{
    [Fact]
    public async Task Account_Budget_GivesMuAndNoiseMultiplier()
    {
        var json = (await Told.ByAsync("account", "--epsilon", "1", "--delta", "1e-5", "--json")).Json;
        Assert.Equal(0.268051, json.GetProperty("mu").GetDouble(), 1e-6);
        Assert.Equal(3.7306316, json.GetProperty("noiseMultiplier").GetDouble(), 1e-6);
    }

    [Fact]
    public async Task Account_RoundsOfABudget_ComposeBackWithinIt()
    {
        var each = (await Told.ByAsync("account", "--epsilon", "1", "--delta", "1e-5", "--rounds", "20", "--json")).Json.GetProperty("noiseMultiplier").GetDouble();
        Assert.Equal(3.7306316 * Math.Sqrt(20), each, 1e-4);
        var back = (await Told.ByAsync("account", "--noise-multiplier", $"{each:R}", "--rounds", "20", "--delta", "1e-5", "--json")).Json.GetProperty("epsilon").GetDouble();
        Assert.InRange(back, 0.9999, 1.00001);
    }

    [Fact]
    public async Task Account_ReplaceOne_DoublesTheNoise()
    {
        var json = (await Told.ByAsync("account", "--epsilon", "1", "--delta", "1e-5", "--adjacency", "replace-one", "--json")).Json;
        Assert.Equal(2 * 3.7306316, json.GetProperty("noiseMultiplier").GetDouble(), 1e-5);
    }

    [Fact]
    public async Task Account_SeveralMu_AddInSquares()
    {
        var json = (await Told.ByAsync("account", "--mu", "0.3", "0.4", "--delta", "1e-5", "--json")).Json;
        Assert.Equal(0.5, json.GetProperty("mu").GetDouble(), 1e-12);
    }

    [Fact]
    public async Task Account_WithoutJson_WritesForPeopleOnStandardErrorAlone()
    {
        var told = await Told.ByAsync("account", "--epsilon", "1", "--delta", "1e-5");
        Assert.Equal(0, told.ExitCode);
        Assert.Empty(told.Output);
        Assert.Contains("3.730631", told.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--epsilon", "0", "--delta", "1e-5", "--epsilon")]
    [InlineData("--epsilon", "-1", "--delta", "1e-5", "--epsilon")]
    [InlineData("--epsilon", "inf", "--delta", "1e-5", "--epsilon")]
    [InlineData("--epsilon", "one", "--delta", "1e-5", "'one'")]
    [InlineData("--epsilon", "1", "--delta", "1", "--delta")]
    [InlineData("--epsilon", "1", "--delta", "0", "--delta")]
    [InlineData("--epsilon", "1", "--rounds", "5", "--delta")]
    [InlineData("--mu", "0", "--delta", "1e-5", "--mu")]
    [InlineData("--mu", "1", "--adjacency", "next-door", "--adjacency")]
    public async Task Account_BadValue_IsRefusedInOneSentence(string first, string one, string second, string other, string named) =>
        (await Told.ByAsync("account", first, one, second, other)).Refuses(named);
}
