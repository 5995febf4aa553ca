namespace Quietune.Cli.Tests;

/// <summary>The exit codes of <c>inspect</c>, and the JSON of the verbs that only read.</summary>
public sealed class InspectVerbTests(WardFiles ward) : IClassFixture<WardFiles>
{
    [Fact]
    public async Task Inspect_ReferenceWithOneNumberChanged_ExitsWithOneAndNamesIt()
    {
        var shared = Quietune.Tests.SharedFiles.Require("models/logistic-binary/reference.json");
        var folder = ward.NewFolder();
        foreach (var file in Directory.GetFiles(Path.GetDirectoryName(shared)!, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(folder, Path.GetRelativePath(Path.GetDirectoryName(shared)!, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        var model = Path.Combine(folder, "model.onnx");
        var same = await Told.ByAsync("inspect", model, "--reference", folder, "--json");
        Assert.True(same.ExitCode == 0, same.Error + same.Output);
        var losses = Path.Combine(folder, "losses.npy");
        var bytes = await File.ReadAllBytesAsync(losses, TestContext.Current.CancellationToken);
        BitConverter.TryWriteBytes(bytes.AsSpan(bytes.Length - 4), BitConverter.ToSingle(bytes, bytes.Length - 4) + 0.01f);
        await File.WriteAllBytesAsync(losses, bytes, TestContext.Current.CancellationToken);
        var told = await Told.ByAsync("inspect", model, "--reference", folder, "--json");
        Assert.Equal(1, told.ExitCode);
        Assert.Equal(["losses"], told.Json.GetProperty("reference").EnumerateArray().Where(error => !error.GetProperty("passes").GetBoolean()).Select(error => error.GetProperty("name").GetString()));
        await File.WriteAllBytesAsync(losses, bytes[..^2], TestContext.Current.CancellationToken);
        (await Told.ByAsync("inspect", model, "--reference", folder)).Refuses("losses.npy");
    }

    [Fact]
    public async Task Inspect_Json_NamesEveryInitializer()
    {
        var json = (await Told.ByAsync("inspect", ward.Model, "--json")).Json;
        Assert.Equal(4, json.GetProperty("trainable").GetInt64());
        Assert.Equal(2, json.GetProperty("initializers").GetArrayLength());
    }

    [Fact]
    public async Task Prepare_Json_TellsColumnsAndWritesTheSpec()
    {
        var path = Path.Combine(ward.NewFolder(), "spec.json");
        var told = await Told.ByAsync("prepare", "--public", ward.Public, "--label", "died", "--privacy-unit", "patient", "--loss", "binary", "--out", path, "--json");
        Assert.Equal(["age", "pressure", "lactate"], told.Json.GetProperty("inputs")[0].GetProperty("columns").EnumerateArray().Select(column => column.GetString()));
        Assert.True(File.Exists(path));
        (await Told.ByAsync("prepare", "--public", ward.Public, "--label", "died", "--out", ward["none/spec.json"])).Refuses("--out");
    }

    [Theory]
    [InlineData("cross-entropy")]
    [InlineData("hinge")]
    public async Task Evaluate_LossThatDoesNotFit_IsRefused(string loss) =>
        (await Told.ByAsync("evaluate", "--model", ward.Model, "--data", ward.Public, "--preprocess", Path.ChangeExtension(ward.Model, ".preprocess.json"), "--loss", loss)).Refuses();
}
