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
    public async Task Account_PureBudget_AddsUpAndImpliesAMu()
    {
        var json = (await Told.ByAsync("account", "--epsilon", "1", "--delta", "0", "--rounds", "4", "--json")).Json;
        Assert.Equal(0.25, json.GetProperty("epsilonPerRound").GetDouble(), 1e-12);

        // δ(0) of μ-GDP is 2Φ(μ/2) − 1, and that of ε-DP is tanh(ε/2).
        Assert.Equal(Math.Tanh(0.5), Quietune.Privacy.Profiles.GaussianProfile.DeltaOf(json.GetProperty("mu").GetDouble(), 0), 1e-9);
        var back = (await Told.ByAsync("account", "--exponential", "0.25", "--rounds", "4", "--delta", "0", "--json")).Json;
        Assert.Equal(1, back.GetProperty("epsilon").GetDouble(), 1e-9);
    }

    [Fact]
    public async Task Account_SampledRounds_AreBracketedByTheLossDistribution()
    {
        var json = (await Told.ByAsync("account", "--noise-multiplier", "0.7", "--sampling-rate", "0.01", "--rounds", "120", "--delta", "1e-5", "--json")).Json;
        Assert.Equal(2.4612381, json.GetProperty("epsilon").GetDouble(), 0.005);
        Assert.InRange(json.GetProperty("epsilon").GetDouble() - json.GetProperty("atLeast").GetDouble(), 0, 1e-3);
    }

    [Fact]
    public async Task Account_BestOfTenTries_CostsAboutTwice()
    {
        var one = (await Told.ByAsync("account", "--noise-multiplier", "10", "--delta", "1e-6", "--json")).Json.GetProperty("epsilon").GetDouble();
        foreach (var law in new[] { "geometric", "poisson" })
        {
            var best = (await Told.ByAsync("account", "--noise-multiplier", "10", "--select-from", "10", "--select-law", law, "--delta", "1e-6", "--json")).Json;
            Assert.InRange(best.GetProperty("epsilon").GetDouble(), 1.2 * one, 4 * one);
        }
    }

    [Fact]
    public async Task Account_WhatNoTheoremCovers_IsRefusedInOneSentence() =>
        (await Told.ByAsync("account", "--noise-multiplier", "0.001", "--sampling-rate", "0.5", "--delta", "1e-5")).Refuses("0.001");

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
    [InlineData("--pure", "0", "--delta", "1e-5", "epsilon")]
    [InlineData("--exponential", "-1", "--delta", "1e-5", "epsilon")]
    [InlineData("--mu", "1", "--sampling-rate", "1.2", "samplingRate")]
    [InlineData("--select-from", "10", "--delta", "1e-5", "--noise-multiplier")]
    [InlineData("--epsilon", "1", "--rounds", "5", "--delta")]
    [InlineData("--mu", "0", "--delta", "1e-5", "--mu")]
    [InlineData("--mu", "1", "--adjacency", "next-door", "--adjacency")]
    public async Task Account_BadValue_IsRefusedInOneSentence(string first, string one, string second, string other, string named) =>
        (await Told.ByAsync("account", first, one, second, other)).Refuses(named);
}
