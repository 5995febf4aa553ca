using System.Text.Json;
using Quietune.Data.Preprocessing;
using Quietune.Data.Tables;
using Quietune.Privacy.Budgets;
using Quietune.Privacy.Noise;
using Quietune.Tuning.Geometry;
using Quietune.Tuning.Mechanism;
using Quietune.Tuning.Models;
using Quietune.Tuning.Pretraining;
using Quietune.Tuning.Rounds;

namespace Quietune.Cli.Tests;

/// <summary>Tuning from the command line: what comes out, and that it does not depend on the form of the tables.</summary>
public sealed class TuneVerbTests(WardFiles ward) : IClassFixture<WardFiles>
{
    [Theory]
    [InlineData("parquet")]
    [InlineData("jsonl")]
    public async Task Tune_SameRowsInAnotherForm_GiveTheSameModelBitForBit(string form)
    {
        var csv = await TunedAsync(ward.Public, ward.Private, "5");
        Assert.Equal(csv, await TunedAsync(ward[$"public.{form}"], ward[$"private.{form}"], "5"));

        // Else the bytes might be equal because nothing was tuned.
        Assert.NotEqual(csv, await TunedAsync(ward.Public, ward.Private, "6"));
    }

    [Fact]
    public async Task Tune_TestSeed_IsCalledNotPrivateFirstAndDoesNotVerify()
    {
        var output = Path.Combine(ward.NewFolder(), "tuned.onnx");
        var told = await Told.ByAsync([.. ward.Tune(), "--out", output, "--test-seed", "1", "--json"]);
        Assert.True(told.ExitCode == 0, told.Error);
        Assert.StartsWith("NOT PRIVATE", told.Json.GetProperty("notPrivate").GetString(), StringComparison.Ordinal);
        using var certificate = JsonDocument.Parse(await File.ReadAllTextAsync(Path.ChangeExtension(output, ".certificate.json"), TestContext.Current.CancellationToken));
        var first = certificate.RootElement.EnumerateObject().First();
        Assert.Equal("notPrivate", first.Name);
        Assert.StartsWith("NOT PRIVATE", first.Value.GetString(), StringComparison.Ordinal);
        Assert.Equal(1, (await Told.ByAsync("verify", output)).ExitCode);
    }

    [Fact]
    public async Task Tune_SecureNoise_WritesFiveFilesThatVerifyAndEvaluate()
    {
        var folder = ward.NewFolder();
        var output = Path.Combine(folder, "tuned.onnx");
        var told = await Told.ByAsync([.. ward.Tune(), "--out", output, "--json"]);
        Assert.True(told.ExitCode == 0, told.Error);
        Assert.Equal(JsonValueKind.Object, told.Json.ValueKind);
        Assert.Equal(["tuned.certificate.json", "tuned.onnx", "tuned.preprocess.json", "tuned.report.html", "tuned.run.json"], Directory.GetFileSystemEntries(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        var certificate = await File.ReadAllTextAsync(Path.Combine(folder, "tuned.certificate.json"), TestContext.Current.CancellationToken);
        Assert.DoesNotContain("notPrivate", certificate, StringComparison.Ordinal);
        Assert.Equal("patient", JsonDocument.Parse(certificate).RootElement.GetProperty("privacyUnit").GetString());
        var verified = await Told.ByAsync("verify", output, "--original", ward.Model, "--json");
        Assert.True(verified.ExitCode == 0, verified.Output);
        Assert.True(verified.Json.GetProperty("passes").GetBoolean());
        async Task<JsonElement> MeasuresAsync(string model) =>
            (await Told.ByAsync("evaluate", "--model", model, "--data", ward.Public, "--preprocess", Path.Combine(folder, "tuned.preprocess.json"), "--loss", "binary", "--json")).Json;
        var measures = await MeasuresAsync(output);
        Assert.Equal(600, measures.GetProperty("rows").GetInt32());

        // The model was hardly trained; what private rows say of it stands out from the noise many times over.
        Assert.InRange(measures.GetProperty("auroc").GetDouble(), (await MeasuresAsync(ward.Model)).GetProperty("auroc").GetDouble() + 0.02, 1);

        // A model that is not the certified one.
        File.Copy(ward.Model, output, overwrite: true);
        var other = await Told.ByAsync("verify", output, "--json");
        Assert.Equal(1, other.ExitCode);
        Assert.Equal(["tuned model's hash"], other.Json.GetProperty("checks").EnumerateArray().Where(check => !check.GetProperty("passes").GetBoolean()).Select(check => check.GetProperty("name").GetString()));
    }

    [Fact]
    public async Task Tune_LenetOnFoldersOfDigits_Works()
    {
        var lenet = Quietune.Tests.SharedFiles.Require("models/lenet-mnist/model.onnx");
        using var upright = new DigitFolder(train: 400, test: 0);
        using var turned = new DigitFolder(train: 200, test: 0, degrees: 30);
        var output = Path.Combine(ward.NewFolder(), "tuned.onnx");
        var told = await Told.ByAsync("tune", "--model", lenet, "--public", upright.Path, "--private", turned.Path, "--train", "head", "--nominal-size", "200", "--method", "one-draw", "--out", output, "--json");
        Assert.True(told.ExitCode == 0, told.Error);
        Assert.InRange(told.Json.GetProperty("runtimeDifference").GetDouble(), 0, 1e-4);
        Assert.Equal(0, (await Told.ByAsync("verify", output, "--original", lenet)).ExitCode);
    }

    [Fact]
    public void PrivatePass_PatientWithAThousandCopiesOfARow_MovesTheSumByNoMoreThanTheClipNorm()
    {
        const double ClipNorm = 0.5;
        var rows = WardFiles.Rows(1_000, seed: 7).Select((line, row) => row == 0 ? line : $"p{row % 50}{line[line.IndexOf(',', StringComparison.Ordinal)..]}").ToList();
        var copies = Enumerable.Repeat($"late{rows[1][rows[1].IndexOf(',', StringComparison.Ordinal)..]}", 1_000).ToList();
        var spec = PreprocessingSpec.Load(Path.ChangeExtension(ward.Model, ".preprocess.json"));
        using var scope = TorchSharp.torch.NewDisposeScope();
        using var network = Networks.Perceptron(seed: 1, 3, 1);
        using var model = new ModuleModel(network);
        using var geometry = new IdentityGeometry(model.Blocks);
        var without = Sum(rows, "patient");
        var moved = (Sum([.. rows, .. copies], "patient") - without).norm().item<float>();
        Assert.Equal(ClipNorm, moved, 1e-3);
        Assert.InRange(without.norm().item<float>(), 0, 50 * ClipNorm);

        // Row by row the same copies move the sum far more.
        Assert.True((Sum([.. rows, .. copies], null) - Sum(rows, null)).norm().item<float>() > 50 * ClipNorm);

        TorchSharp.torch.Tensor Sum(List<string> lines, string? unit)
        {
            var path = Path.Combine(ward.NewFolder(), "rows.csv");
            File.WriteAllLines(path, lines);
            var source = spec.Apply(TableReference.Parse(path), isPrivate: true, unit);
            using var sum = PrivatePass.ClippedSum(model, LossFunction.Binary, geometry, source, ClipNorm, 64, TestContext.Current.CancellationToken);

            // Equal noise, which falls out of the differences.
            return new QuadraticExponentialMechanism(mu: 1e6, ClipNorm, 50, geometry.Dimension, Adjacency.AddRemove).Release(sum, new SeededNoise(1));
        }
    }

    private async Task<byte[]> TunedAsync(string publicData, string privateData, string seed)
    {
        var output = Path.Combine(ward.NewFolder(), "tuned.onnx");
        var told = await Told.ByAsync([.. ward.Tune(privateData, publicData), "--out", output, "--test-seed", seed]);
        Assert.True(told.ExitCode == 0, told.Error);
        return await File.ReadAllBytesAsync(output, TestContext.Current.CancellationToken);
    }
}
