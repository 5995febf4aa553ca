namespace Quietune.Cli.Tests;

/// <summary>Learning from zero weights over features runs on a folder of IDX files and tells what it reached.</summary>
public sealed class FromScratchTests
{
    [Fact]
    public async Task FromScratch_SmallRun_LearnsAndTellsEveryMethod()
    {
        using var folder = new DigitFolder(train: 600, test: 150);
        var told = await Told.ByAsync(
            "experiment", "mnist-from-scratch", "--data", folder.Path, "--private", "550", "--drawn", "200", "--features", "20", "--epsilon", "8", "--seeds", "2", "--method", "half-whitened", "adassp", "--json");
        Assert.Equal(0, told.ExitCode);
        Assert.InRange(told.Json.GetProperty("pretrained").GetProperty("accuracy").GetDouble(), 0, 0.3);
        var results = told.Json.GetProperty("results");
        Assert.Equal(["half-whitened", "adassp"], results.EnumerateArray().Select(result => result.GetProperty("method").GetString()));
        foreach (var result in results.EnumerateArray())
        {
            Assert.Equal(1.666, result.GetProperty("settings").GetProperty("mu").GetDouble(), 1e-3);
            Assert.Equal(550, result.GetProperty("settings").GetProperty("nominalSize").GetInt32());
        }

        Assert.True(results[0].GetProperty("accuracy").GetProperty("mean").GetDouble() > 0.7, told.Output);
    }

    [Theory]
    [InlineData("--features", "201", "--features")]
    [InlineData("--private", "31", "--private")]
    [InlineData("--method", "dp-sgd", "dp-sgd")]
    [InlineData("--data", "no-such-folder", "no-such-folder")]
    [InlineData("--epsilon", "0", "--epsilon")]
    public async Task FromScratch_BadOption_IsRefusedInOneSentence(string option, string value, string named)
    {
        using var folder = new DigitFolder(train: 30, test: 10);
        string[] words = ["experiment", "mnist-from-scratch", "--drawn", "200", .. option == "--features" ? Array.Empty<string>() : ["--features", "20"], option, value];
        (await Told.ByAsync(option == "--data" ? words : [.. words, "--data", folder.Path])).Refuses(named);
    }
}
