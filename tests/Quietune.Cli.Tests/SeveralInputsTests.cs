using System.Text.Json;
using System.Text.Json.Nodes;
using Quietune.Data;
using Quietune.Onnx.Tests.Building;
using static TorchSharp.torch;

namespace Quietune.Cli.Tests;

/// <summary>Models of several inputs, and of words: from a table's columns to a tuned model.</summary>
public sealed class SeveralInputsTests : IDisposable
{
    private const int Words = 4;
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("quietune-inputs-");

    [Fact]
    public async Task Tune_WordsAndNumbers_TakesColumnsByTheNamesOfInputs()
    {
        var (model, publicRows, privateRows) = (Save("model.onnx"), Table("public.csv", 300, seed: 1), Table("private.csv", 200, seed: 2));
        var (spec, tuned) = (this["spec.json"], this["tuned.onnx"]);
        string[] label = ["--label", "y", "--loss", "cross-entropy"];
        var prepared = await Told.ByAsync(["prepare", "--model", model, "--public", publicRows, .. label, "--out", spec]);
        Assert.True(prepared.ExitCode == 0, prepared.Error);
        var inputs = JsonNode.Parse(await File.ReadAllTextAsync(spec, TestContext.Current.CancellationToken))!["inputs"]!.AsArray();
        Assert.Equal(["ids", "x"], inputs.Select(input => (string?)input!["name"]));
        Assert.All(inputs[0]!["columns"]!.AsArray(), column => Assert.Equal("pass", (string?)column!["kind"]));
        Assert.All(inputs[1]!["columns"]!.AsArray(), column => Assert.Equal("standardise", (string?)column!["kind"]));

        string[] tune = ["tune", "--model", model, "--public", publicRows, "--private", privateRows, .. label, "--nominal-size", "200", "--epsilon", "8", "--method", "one-draw", "--test-seed", "1", "--json"];
        var told = await Told.ByAsync([.. tune, "--preprocess", spec, "--out", tuned]);
        Assert.True(told.ExitCode == 0, told.Error);
        Assert.InRange(told.Json.GetProperty("runtimeDifference").GetDouble(), 0, 1e-4);
        Assert.True(told.Json.GetProperty("predictedGain").GetDouble() > 0.02, told.Output);

        // The order of inputs in the spec says nothing, their names say all.
        var turned = JsonNode.Parse(await File.ReadAllTextAsync(spec, TestContext.Current.CancellationToken))!;
        var first = turned["inputs"]![0]!.DeepClone();
        turned["inputs"]!.AsArray().RemoveAt(0);
        turned["inputs"]!.AsArray().Add(first);
        await File.WriteAllTextAsync(this["turned.json"], turned.ToJsonString(), TestContext.Current.CancellationToken);
        Assert.Equal(0, (await Told.ByAsync([.. tune, "--preprocess", this["turned.json"], "--out", this["again.onnx"]])).ExitCode);
        Assert.Equal(await File.ReadAllBytesAsync(tuned, TestContext.Current.CancellationToken), await File.ReadAllBytesAsync(this["again.onnx"], TestContext.Current.CancellationToken));

        // It learned: on rows like the private ones it names more than before.
        var before = await AccuracyAsync(model, spec);
        var after = await AccuracyAsync(tuned, spec);
        Assert.True(after > before + 0.05, $"{before} to {after}");
    }

    [Fact]
    public async Task Tune_SpecThatNamesAnotherInput_IsRefused()
    {
        var (model, rows) = (Save("model.onnx"), Table("public.csv", 60, seed: 1));
        await Told.ByAsync("prepare", "--model", model, "--public", rows, "--label", "y", "--out", this["spec.json"]);
        var spec = (await File.ReadAllTextAsync(this["spec.json"], TestContext.Current.CancellationToken)).Replace("\"name\": \"x\"", "\"name\": \"z\"", StringComparison.Ordinal);
        await File.WriteAllTextAsync(this["other.json"], spec, TestContext.Current.CancellationToken);
        (await Told.ByAsync("tune", "--model", model, "--public", rows, "--private", rows, "--preprocess", this["other.json"], "--out", this["tuned.onnx"])).Refuses("ids, x", "z");
    }

    [Fact]
    public async Task Prepare_NoColumnForAnInput_NamesIt()
    {
        await File.WriteAllLinesAsync(this["public.csv"], ["ids_0,other,y", "1,2,0", "0,1,1"], TestContext.Current.CancellationToken);
        (await Told.ByAsync("prepare", "--model", Save("model.onnx"), "--public", this["public.csv"], "--label", "y", "--out", this["spec.json"])).Refuses("for x");
    }

    [Fact]
    public async Task Tune_TransformerOnTokenColumns_Works()
    {
        var model = Quietune.Tests.SharedFiles.Require("models/transformer-text/model.onnx");
        var names = Enumerable.Range(0, 16).Select(i => $"t{i}").ToArray();
        foreach (var (name, seed) in new[] { ("public.csv", 1UL), ("private.csv", 2UL) })
        {
            var random = new SeededGenerator(seed);
            await File.WriteAllLinesAsync(this[name], [$"{string.Join(',', names)},y", .. Enumerable.Range(0, 60).Select(_ => $"{string.Join(',', names.Select(_ => random.Next(8)))},{random.Next(2)}")], TestContext.Current.CancellationToken);
        }

        var told = await Told.ByAsync(
            "tune", "--model", model, "--public", this["public.csv"], "--private", this["private.csv"], "--label", "y", "--train", "head", "--nominal-size", "60", "--method", "one-draw", "--force", "--out", this["tuned.onnx"], "--json");
        Assert.True(told.ExitCode == 0, told.Error);
        Assert.Equal(0, (await Told.ByAsync("verify", this["tuned.onnx"], "--original", model)).ExitCode);
    }

    public void Dispose() => folder.Delete(recursive: true);

    private string this[string name] => Path.Combine(folder.FullName, name);

    private async Task<double> AccuracyAsync(string model, string spec)
    {
        var told = await Told.ByAsync("evaluate", "--model", model, "--data", Table("test.csv", 500, seed: 3), "--preprocess", spec, "--json");
        Assert.True(told.ExitCode == 0, told.Error);
        return told.Json.GetProperty("accuracy").GetDouble();
    }

    /// <summary>Words in an embedding, their mean beside two numbers, one linear layer.</summary>
    private string Save(string name)
    {
        using var scope = NewDisposeScope();
        var builder = new ModelBuilder(13);
        builder.DeclaredShapes.Add("ids", ["n", $"{Words}"]);
        builder.DeclaredShapes.Add("x", ["n", "2"]);
        builder.Input("ids", zeros(2, Words, dtype: ScalarType.Int64)).Input("x", 2, 2).Weight("e", 6, 3).Weight("w", 5, 2).Weight("b", 2)
            .Node("Gather", "e ids", "words").Node("ReduceMean", "words", "mean", ("axes", new long[] { 1 }), ("keepdims", 0))
            .Node("Concat", "mean x", "both", ("axis", 1)).Node("MatMul", "both w", "product").Node("Add", "product b", "logits");
        File.WriteAllBytes(this[name], builder.ToArray());
        return this[name];
    }

    /// <summary>Rows whose label depends on words and numbers alike.</summary>
    private string Table(string name, int rows, ulong seed)
    {
        var random = new SeededGenerator(seed);
        File.WriteAllLines(this[name], [
            "ids_0,ids_1,ids_2,ids_3,x_0,x_1,y",
            .. Enumerable.Range(0, rows).Select(_ =>
            {
                var words = Enumerable.Range(0, Words).Select(_ => random.Next(6)).ToArray();
                var (one, two) = ((2 * random.NextDouble()) - 1, (2 * random.NextDouble()) - 1);
                return FormattableString.Invariant($"{string.Join(',', words)},{one:R},{two:R},{(words.Average() - 2.5 + (2 * one) - two > 0 ? 1 : 0)}");
            }),
        ]);
        return this[name];
    }
}
