namespace Quietune.Cli.Tests;

/// <summary>The experiment runs on a folder of IDX files, and refuses one that is damaged.</summary>
public sealed class MnistExperimentTests
{
    [Fact]
    public async Task Mnist_SmallRun_TellsEveryMethodAndGains()
    {
        using var folder = new DigitFolder(train: 3_700, test: 300);
        var told = await Told.ByAsync(
            "experiment", "mnist", "--data", folder.Path, "--public", "3500", "--private", "100", "--epsilon", "8", "--seeds", "2", "--json");
        Assert.Equal(0, told.ExitCode);
        var before = told.Json.GetProperty("pretrained").GetProperty("accuracy").GetDouble();
        var result = told.Json.GetProperty("results")[0];
        Assert.Equal("one-draw", result.GetProperty("method").GetString());
        Assert.Equal(1.666, result.GetProperty("mu").GetDouble(), 1e-3);
        Assert.Equal(1, result.GetProperty("passes").GetInt32());
        Assert.Equal(2, result.GetProperty("accuracy").GetProperty("values").GetArrayLength());
        Assert.True(result.GetProperty("accuracy").GetProperty("mean").GetDouble() > before, told.Output);
        Assert.Equal(100, result.GetProperty("settings").GetProperty("nominalSize").GetInt32());

        // Trained on turned and slanted public digits, the network reads turned ones better than before.
        Assert.InRange(told.Json.GetProperty("publicAlone").GetProperty("accuracy").GetDouble(), before + 0.02, 1);
    }

    [Fact]
    public async Task Mnist_TruncatedImages_NamesTheFile()
    {
        using var folder = new DigitFolder(train: 30, test: 10);
        using (var file = File.OpenWrite(folder.TrainImages))
        {
            file.SetLength(file.Length - 5);
        }

        (await Told.ByAsync("experiment", "mnist", "--data", folder.Path)).Refuses("train-images-idx3-ubyte");
    }

    [Fact]
    public async Task Mnist_WrongMagicNumber_NamesTheFile()
    {
        using var folder = new DigitFolder(train: 30, test: 10);
        var bytes = await File.ReadAllBytesAsync(folder.TrainLabels, TestContext.Current.CancellationToken);
        bytes[3] = 7;
        await File.WriteAllBytesAsync(folder.TrainLabels, bytes, TestContext.Current.CancellationToken);
        (await Told.ByAsync("experiment", "mnist", "--data", folder.Path)).Refuses("train-labels-idx1-ubyte");
    }

    [Fact]
    public async Task Mnist_CountsThatDiffer_NamesBoth()
    {
        using var folder = new DigitFolder(train: 30, test: 10);
        File.Copy(Path.Combine(folder.Path, "t10k-labels-idx1-ubyte"), folder.TrainLabels, overwrite: true);
        (await Told.ByAsync("experiment", "mnist", "--data", folder.Path)).Refuses("30", "10");
    }

    [Fact]
    public async Task Mnist_TooFewPublicRowsToRehearseOn_SaysHowManyItTakes()
    {
        using var folder = new DigitFolder(train: 1_100, test: 10);
        (await Told.ByAsync("experiment", "mnist", "--data", folder.Path, "--public", "1000", "--private", "100")).Refuses("--public", "3000", "1000");
    }

    [Theory]
    [InlineData("--shift", "mirror:1", "mirror:1")]
    [InlineData("--shift", "rotate:x", "rotate:x")]
    [InlineData("--epsilon", "0", "--epsilon")]
    [InlineData("--delta", "1", "--delta")]
    [InlineData("--method", "magic", "magic")]
    [InlineData("--private", "0", "--private")]
    [InlineData("--seeds", "many", "--seeds")]
    [InlineData("--data", "no-such-folder", "no-such-folder")]
    [InlineData("--public", "70000", "70000")]
    public async Task Mnist_BadOption_IsRefusedInOneSentence(string option, string value, string named)
    {
        using var folder = new DigitFolder(train: 30, test: 10);
        var told = option == "--data"
            ? await Told.ByAsync("experiment", "mnist", option, value)
            : await Told.ByAsync("experiment", "mnist", "--data", folder.Path, option, value);
        told.Refuses(named);
    }
}
