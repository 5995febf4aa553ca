using Quietune.Onnx.Tests.Building;
using Quietune.Onnx.Tests.Cases;
using Quietune.Onnx.Wire;
using Quietune.Tests;
using TorchSharp;
using static TorchSharp.torch;

namespace Quietune.Onnx.Tests.Format;

/// <summary>Saving changes the elements of the named initializers and no other byte.</summary>
public sealed class ModelSavingTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose()
    {
        scope.Dispose();
        folder.Dispose();
    }

    public static TheoryData<string> ReferenceNames => ReferenceModelTests.Names;

    [Theory]
    [MemberData(nameof(ReferenceNames))]
    public void Save_NothingChanged_GivesTheSameBytes(string name)
    {
        var path = SharedFiles.Require($"models/{name}/model.onnx");
        using var file = OnnxModelFile.Load(path);
        file.Save(folder["out.onnx"], new Dictionary<string, Tensor>());
        file.Save(folder["same.onnx"], file.Initializers.Values.Where(initializer => initializer.IsFloating).ToDictionary(initializer => initializer.Name, initializer => initializer.ToTensor()));
        Assert.Equal(File.ReadAllBytes(path), File.ReadAllBytes(folder["out.onnx"]));
        Assert.Equal(File.ReadAllBytes(path), File.ReadAllBytes(folder["same.onnx"]));
        Assert.Equal(["out.onnx", "same.onnx"], folder.Names());
    }

    [Theory]
    [InlineData("Raw")]
    [InlineData("Packed")]
    [InlineData("Unpacked")]
    public void Save_OneChanged_IsReadBackAndRunByOnnxRuntime(string form)
    {
        var model = Linear(ScalarType.Float32, form);
        using var file = OnnxModelFile.Load(folder.Write("in.onnx", model.ToArray()));
        var weight = model.Random(3, 4);
        file.Save(folder["out.onnx"], new Dictionary<string, Tensor> { ["w"] = weight });

        using var saved = OnnxModelFile.Load(folder["out.onnx"]);
        Close.Equal(weight, saved.Initializers["w"].ToTensor(), 0, form);
        Close.Equal(model.Initializers["b"], saved.Initializers["b"].ToTensor(), 0, form);
        var expected = model.Inputs["x"].matmul(weight) + model.Initializers["b"];
        Close.Equal(expected, saved.Graph.Run(model.Inputs)["y"], 1e-6, form);
        Close.Equal(expected, Runtime.Run(folder["out.onnx"], model.Inputs)[0], 1e-6, form);
    }

    [Theory]
    [InlineData("Raw")]
    [InlineData("Packed")]
    public void Save_OneChanged_LeavesAllOtherBytes(string form)
    {
        var model = Linear(ScalarType.Float32, form);
        var path = folder.Write("in.onnx", model.ToArray());
        using var file = OnnxModelFile.Load(path);
        file.Save(folder["out.onnx"], new Dictionary<string, Tensor> { ["w"] = zeros(3, 4) });

        var (before, after) = (File.ReadAllBytes(path), File.ReadAllBytes(folder["out.onnx"]));
        var weight = before.AsSpan().IndexOf(model.Initializers["w"].bytes);
        Assert.True(weight > 0);
        before.AsSpan(weight, 48).Clear();
        Assert.Equal(before, after);
    }

    [Theory]
    [InlineData(ScalarType.Float16, "Raw")]
    [InlineData(ScalarType.Float16, "Packed")]
    [InlineData(ScalarType.Float16, "Unpacked")]
    [InlineData(ScalarType.BFloat16, "Packed")]
    [InlineData(ScalarType.Float64, "Raw")]
    [InlineData(ScalarType.Float64, "Packed")]
    public void Save_OtherTypes_KeepTypeAndFormAndUnknownFields(ScalarType type, string form)
    {
        // Small and large bit patterns take varints of different lengths, so that lengths all the way up change.
        var model = Linear(type, form);
        model.After(writer => writer.Message(14, entry => entry.Text(1, "key").Text(2, "value")).Text(999, "unknown to us").Text(6, "a doc string"));
        using var file = OnnxModelFile.Load(folder.Write("in.onnx", model.ToArray()));
        var weight = zeros(3, 4, type);
        weight[1, 2] = tensor(1.5);
        file.Save(folder["out.onnx"], new Dictionary<string, Tensor> { ["w"] = weight.to(ScalarType.Float64) });

        using var saved = OnnxModelFile.Load(folder["out.onnx"]);
        Close.Equal(weight, saved.Initializers["w"].ToTensor(), 0, form);
        Close.Equal(model.Initializers["b"], saved.Initializers["b"].ToTensor(), 0, form);
        Assert.Equal(file.Initializers["w"].Stored.Form, saved.Initializers["w"].Stored.Form);
        Assert.Equal("value", saved.Metadata["key"]);
        var tail = new WireWriter().Text(999, "unknown to us").Text(6, "a doc string").ToArray();
        Assert.Equal(tail, File.ReadAllBytes(folder["out.onnx"])[^tail.Length..]);
    }

    [Fact]
    public void Save_ExternalData_GoesToANewFileAndNeverTouchesTheOldOne()
    {
        var (path, model) = ExternalModels.Write(folder);
        var oldData = File.ReadAllBytes(folder["weights.bin"]);
        using var file = OnnxModelFile.Load(path);
        var weight = model.Random(3, 4);
        Directory.CreateDirectory(folder["sub"]);
        var output = Path.Combine(folder["sub"], "out.onnx");
        file.Save(output, new Dictionary<string, Tensor> { ["w"] = weight });

        Assert.Equal(oldData, File.ReadAllBytes(folder["weights.bin"]));
        using var saved = OnnxModelFile.Load(output);
        Assert.Equal(2, Directory.EnumerateFiles(folder["sub"]).Count());
        Assert.Equal(2, saved.Files.Count);
        Close.Equal(weight, saved.Initializers["w"].ToTensor(), 0, "changed");
        Close.Equal(model.Initializers["b"], saved.Initializers["b"].ToTensor(), 0, "unchanged");
        Close.Equal(model.Inputs["x"].matmul(weight) + model.Initializers["b"], Runtime.Run(output, model.Inputs)[0], 1e-6, "run");
    }

    [Fact]
    public void Save_Twice_GivesTheSameFiles()
    {
        var (path, _) = ExternalModels.Write(folder);
        using var file = OnnxModelFile.Load(path);
        var changes = new Dictionary<string, Tensor> { ["w"] = ones(3, 4) };
        file.Save(folder["out.onnx"], changes);
        var names = folder.Names().ToList();
        var bytes = File.ReadAllBytes(folder["out.onnx"]);
        file.Save(folder["out.onnx"], changes);
        Assert.Equal(names, folder.Names());
        Assert.Equal(bytes, File.ReadAllBytes(folder["out.onnx"]));
    }

    [Fact]
    public void Save_ImpossibleChange_WritesNothing()
    {
        var model = Linear(ScalarType.Float16, "Raw").Numbers("n", 1);
        using var file = OnnxModelFile.Load(folder.Write("in.onnx", model.ToArray()));
        foreach (var (name, value) in new (string, Tensor)[] { ("v", zeros(1)), ("w", zeros(4, 3)), ("n", zeros(1)), ("w", full(3, 4, 1e6)) })
        {
            var error = Assert.Throws<ArgumentException>(() => file.Save(folder["out.onnx"], new Dictionary<string, Tensor> { [name] = value }));
            Assert.Contains($"'{name}'", error.Message, StringComparison.Ordinal);
        }

        Assert.Equal(["in.onnx"], folder.Names());
    }

    [Fact]
    public void Save_FolderMissing_LeavesNothing()
    {
        using var file = OnnxModelFile.Load(folder.Write("in.onnx", Linear(ScalarType.Float32, "Raw").ToArray()));
        Assert.ThrowsAny<IOException>(() => file.Save(folder["no/out.onnx"], new Dictionary<string, Tensor>()));
        Assert.Equal(["in.onnx"], folder.Names());
    }

    private static ModelBuilder Linear(ScalarType type, string form) => new ModelBuilder(13, type) { Form = Enum.Parse<TensorForm>(form) }
        .Input("x", 2, 3).Weight("w", 3, 4).Weight("b", 4).Node("MatMul", "x w", "m").Node("Add", "m b", "y");
}
