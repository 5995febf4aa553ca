using Quietune.Onnx.Serving;
using Quietune.Onnx.Tests.Building;
using Quietune.Onnx.Tests.Cases;
using Quietune.Onnx.Tests.Format;
using TorchSharp;
using static TorchSharp.torch;

namespace Quietune.Onnx.Tests.Serving;

/// <summary>Tuned parameters go back into the file, which ONNX Runtime then serves.</summary>
public sealed class SaveCheckedTests
{
    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    [InlineData(ScalarType.Float16)]
    [InlineData(ScalarType.BFloat16)]
    public void SaveChecked_MovedParameters_AreServedInTheirOwnType(ScalarType type)
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        // Half precision is stored, and computed in float, as exporters do it.
        var builder = new ModelBuilder(13).Input("x", 3, 5).Weight("w", new RandomNumbers(3).Normal(5, 4).to(type)).Weight("c", 4, 2).Weight("d", 2)
            .Node("Cast", "w", "f", ("to", 1)).Node("MatMul", "x f", "h").Node("Tanh", "h", "t").Node("Gemm", "t c d", "y");
        var path = folder.Write("in.onnx", builder.ToArray());
        using var file = OnnxModelFile.Load(path);
        using var model = new OnnxModel(file, TrainSelection.All, [builder.Inputs["x"]]);
        Assert.Equal(["c", "d", "w"], model.Parameters.Keys.Order());
        Step(model);
        var expected = model.Forward([builder.Inputs["x"]]);

        var difference = model.SaveChecked(folder["out.onnx"], [builder.Inputs["x"]]);

        Assert.True(difference.Passes);
        Assert.Equal(["in.onnx", "out.onnx"], folder.Names());
        using var tuned = OnnxModelFile.Load(folder["out.onnx"]);
        Assert.Equal(file.Initializers["w"].ElementType, tuned.Initializers["w"].ElementType);
        Close.Equal(expected, Runtime.Run(File.ReadAllBytes(folder["out.onnx"]), builder.Inputs)[0], 1e-5, $"{type}");
        var change = ModelDifference.Between(file, tuned);
        Assert.True(change.IsSameGraph);
        Assert.Equal(["w", "c", "d"], change.Moved.Select(moved => moved.Name));
    }

    [Fact]
    public void SaveChecked_ExternalData_MovesAlong()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var (path, builder) = ExternalModels.Write(folder);
        using var file = OnnxModelFile.Load(path);
        using var model = new OnnxModel(file, TrainSelection.Of("w"), [builder.Inputs["x"]]);
        Step(model);
        _ = model.SaveChecked(folder["out.onnx"], [builder.Inputs["x"]]);
        using var tuned = OnnxModelFile.Load(folder["out.onnx"]);
        Close.Equal(model.Forward([builder.Inputs["x"]]), Runtime.Run(folder["out.onnx"], builder.Inputs)[0], 1e-5, "outputs");
        var change = ModelDifference.Between(file, tuned);
        Assert.True(change.IsSameGraph);
        Assert.Equal(["w"], change.Moved.Select(moved => moved.Name));
    }

    [Fact]
    public void SaveChecked_RuntimeRefusesTheModel_WritesNothing()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        // The output is declared as whole numbers: our runs do not mind, ONNX Runtime does.
        var builder = new ModelBuilder(13).Input("x", 3, 5).Weight("w", new RandomNumbers(5).Normal(5, 4).to(ScalarType.Float32)).Node("MatMul", "x w", "y")
            .InGraph(graph => graph.Message(13, value => value.Text(1, "y").Message(2, holder => holder.Message(1, kind => kind.Number(1, (int)ElementType.Int64)))));
        using var file = OnnxModelFile.Load(folder.Write("in.onnx", builder.ToArray()));
        using var model = new OnnxModel(file, TrainSelection.All, [builder.Inputs["x"]]);
        var error = Assert.Throws<InvalidDataException>(() => model.SaveChecked(folder["out.onnx"], [builder.Inputs["x"]]));
        Assert.Contains("expected a model that ONNX Runtime takes", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
        Assert.Equal(["in.onnx"], folder.Names());
    }

    [Fact]
    public void Compare_OneRowDeclared_RunsRowByRow()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var builder = new ModelBuilder(13).Input("x", 1, 5).Weight("w", 5, 4).Node("MatMul", "x w", "h").Node("Softmax", "h", "y");
        var difference = RuntimeCheck.Compare(folder.Write("in.onnx", builder.ToArray()), [new RandomNumbers(2).Normal(4, 5)]);
        Assert.True(difference.Passes);
        Assert.True(difference.LargestRelative < 1e-5);
    }

    [Theory]
    [InlineData(1.00005f, true)]
    [InlineData(1.0002f, false)]
    [InlineData(float.NaN, false)]
    public void Difference_OfOneElement_IsRelativeToTheLargest(float factor, bool passes)
    {
        using var scope = NewDisposeScope();
        var ours = tensor([0.001f, -20f, 3f]);
        Assert.Equal(passes, RuntimeCheck.Difference("m.onnx", "y", ours, ours * tensor([1f, factor, 1f]), RuntimeCheck.FloatTolerance).Passes);
    }

    [Fact]
    public void Between_AnotherGraph_IsNotTheSame()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var other = OnnxModelFile.Load(folder.Write("o.onnx", new ModelBuilder(13).Input("x", 1, 5).Weight("w", 5, 4).Node("MatMul", "x w", "h").Node("Tanh", "h", "y").ToArray()));
        using var first = OnnxModelFile.Load(folder.Write("p.onnx", new ModelBuilder(13).Input("x", 1, 5).Weight("w", 5, 4).Node("MatMul", "x w", "h").Node("Relu", "h", "y").ToArray()));
        Assert.False(ModelDifference.Between(first, other).IsSameGraph);
        Assert.True(ModelDifference.Between(first, first).IsSameGraph);
    }

    private static void Step(OnnxModel model)
    {
        using var origin = model.Capture();
        using var step = new Quietune.Tuning.Models.ParameterDelta([.. origin.Matrices.Select(matrix => matrix.sin())]);
        model.Move(origin, step, 0.3);
    }
}
