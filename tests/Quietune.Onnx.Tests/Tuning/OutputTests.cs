using Quietune.Onnx.Tests.Building;
using Quietune.Onnx.Tests.Cases;
using Quietune.Tuning.Gradients;
using Quietune.Tuning.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Quietune.Onnx.Tests.Tuning;

/// <summary>What the loss reads of a graph, and what is refused.</summary>
public sealed class OutputTests
{
    [Theory]
    [InlineData("Softmax", "cross-entropy", 3)]
    [InlineData("LogSoftmax", "cross-entropy", 3)]
    [InlineData("Sigmoid", "binary", 1)]
    [InlineData("Exp", "poisson", 1)]
    public void Output_LastActivationOfTheLoss_IsLeftToTheLoss(string activation, string loss, int outputs)
    {
        using var scope = NewDisposeScope();
        using var file = Model(activation, outputs);
        using var model = new OnnxModel(file, TrainSelection.All, loss: LossFunction.Named(loss));
        Assert.Equal("h", model.OutputName);
        var x = Input();
        var applied = activation switch { "Softmax" => (Func<Tensor, Tensor>)(h => h.softmax(1)), "LogSoftmax" => h => h.log_softmax(1), "Sigmoid" => h => h.sigmoid(), _ => h => h.exp() };
        Close.Equal(file.Graph.Run(new Dictionary<string, Tensor> { ["x"] = x })["y"], applied(model.Forward([x])), 1e-6, activation);
    }

    [Theory]
    [InlineData("Sigmoid", "cross-entropy", 3, "choose the loss binary")]
    [InlineData("Softmax", "binary", 2, "choose the loss cross-entropy")]
    [InlineData("Relu", "cross-entropy", 1, "got 'y' with [1] for each")]
    [InlineData("Relu", "squared", 2, "one float for each row for the loss squared")]
    public void Output_OfAnotherLoss_IsRefusedInOneSentence(string activation, string loss, int outputs, string sentence)
    {
        using var scope = NewDisposeScope();
        using var file = Model(activation, outputs);
        var error = Assert.Throws<ArgumentException>(() => new OnnxModel(file, TrainSelection.All, loss: LossFunction.Named(loss)));
        Assert.Contains(sentence, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Output_SigmoidUnderSquaredLoss_IsKept()
    {
        using var scope = NewDisposeScope();
        using var file = Model("Sigmoid", 1);
        using var model = new OnnxModel(file, TrainSelection.All, loss: LossFunction.Squared);
        Assert.Equal("y", model.OutputName);
    }

    [Fact]
    public void Constructor_TooFewInputs_NamesThem()
    {
        using var scope = NewDisposeScope();
        using var file = Model("Relu", 3);
        var error = Assert.Throws<ArgumentException>(() => new OnnxModel(file, TrainSelection.All, []));
        Assert.Contains("one tensor for each of the inputs 'x' [n, 4]", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Constructor_BatchSizeOfTheFileThatCannotChange_IsRefused()
    {
        using var scope = NewDisposeScope();
        using var file = ModelFiles.Load(new ModelBuilder(13).Input("x", 5, 2, 4).Numbers("s", 5, 8).Weight("w", 8, 3).Node("Reshape", "x s", "f").Node("MatMul", "f w", "y").ToArray());
        var error = Assert.Throws<InvalidDataException>(() => new OnnxModel(file, TrainSelection.All));
        Assert.Contains("input 'x' [5, 2, 4] fixes 5 of them", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Checked_RowsThatSeeEachOther_AreRefused()
    {
        using var scope = NewDisposeScope();
        using var file = ModelFiles.Load(Declared(new ModelBuilder(13).Input("x", 4, 4).Weight("w", 4, 3).Node("ReduceMean", "x", "m", ("axes", new long[] { 0 })).Node("Sub", "x m", "c").Node("MatMul", "c w", "y")).ToArray());
        var batch = new TensorBatch([Input()], zeros(4), null, 4);
        var error = Assert.Throws<ArgumentException>(() => OnnxModel.Checked(file, TrainSelection.All, LossFunction.CrossEntropy, batch));
        Assert.Contains("changes with the other rows", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Forward_FlatRowsForAnImage_AreShapedAsDeclared()
    {
        using var scope = NewDisposeScope();
        var builder = new ModelBuilder(13).Input("x", 2, 1, 4, 4).Weight("w", 3, 1, 4, 4).Node("Conv", "x w", "c").Node("Flatten", "c", "y");
        builder.DeclaredShapes["x"] = ["n", "1", "4", "4"];
        using var file = ModelFiles.Load(builder.ToArray());
        using var model = new OnnxModel(file, TrainSelection.All);
        var x = builder.Inputs["x"];
        Close.Equal(model.Forward([x]), model.Forward([x.reshape(2, 16)]), 1e-6, "flat rows");
    }

    [Fact]
    public void Record_FoldedRowsOfAnotherShape_AreRefused()
    {
        using var scope = NewDisposeScope();
        var builder = new ModelBuilder(13).Input("x", 3, 2, 4, 5).Weight("w", 5, 6).Numbers("fold", -1, 5).Numbers("open", 2, -1, 4, 6)
            .Node("Transpose", "x", "p", ("perm", new long[] { 1, 0, 2, 3 })).Node("Reshape", "p fold", "f").Node("MatMul", "f w", "g").Node("Reshape", "g open", "o").Node("Transpose", "o", "y", ("perm", new long[] { 1, 0, 2, 3 }));
        builder.DeclaredShapes["x"] = ["n", "2", "t", "5"];
        using var file = ModelFiles.Load(builder.ToArray());
        using var model = new OnnxModel(file, TrainSelection.All, [builder.Inputs["x"]]);
        _ = model.Record([builder.Inputs["x"]]);
        var error = Assert.Throws<ArgumentException>(() => model.Record([builder.Random(3, 2, 8, 5)]));
        Assert.Contains("expected rows of shape [2, 4, 5]", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void LargestBatch_LittleMemory_CutsBatchesAndLeavesOutputsAlone()
    {
        using var scope = NewDisposeScope();
        var builder = Declared(new ModelBuilder(13).Input("x", 4, 4).Weight("w", 4, 25).Node("MatMul", "x w", "h").Node("Tanh", "h", "y"));
        using var file = ModelFiles.Load(builder.ToArray());
        using var whole = new OnnxModel(file, TrainSelection.All);
        using var cut = new OnnxModel(file, TrainSelection.All) { BytesPerBatch = 2500 };
        Assert.Equal(512, whole.LargestBatch);
        Assert.Equal(3, cut.LargestBatch);      // 4 times two values of 25 floats: 800 bytes a row
        var inputs = Input().repeat(2, 1);
        Close.Equal(whole.Forward([inputs]), cut.Forward([inputs]), 1e-6, "outputs");
    }

    [Fact]
    public void RecordAndForward_ManyBatches_LeaveNoTensorsBehind()
    {
        using var file = Model("Softmax", 3);
        using var inputs = Input();
        using var model = new OnnxModel(file, TrainSelection.All, loss: LossFunction.CrossEntropy);
        Pass();
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        for (var i = 0; i < 5; i++)
        {
            Pass();
        }

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);

        void Pass()
        {
            using var scope = NewDisposeScope();
            using var gradients = UnitGradients.Of(model, LossFunction.CrossEntropy, new([inputs], zeros(4), null, 4));
            model.Forward([inputs]).Dispose();
        }
    }

    private static Tensor Input() => (arange(16, dtype: ScalarType.Float32).reshape(4, 4) * 0.7).sin();

    private static OnnxModelFile Model(string activation, int outputs) =>
        ModelFiles.Load(Declared(new ModelBuilder(13).Input("x", 4, 4).Weight("w", 4, outputs).Weight("b", outputs).Node("Gemm", "x w b", "h").Node(activation, "h", "y")).ToArray());

    private static ModelBuilder Declared(ModelBuilder model)
    {
        model.DeclaredShapes["x"] = ["n", "4"];
        return model;
    }
}
