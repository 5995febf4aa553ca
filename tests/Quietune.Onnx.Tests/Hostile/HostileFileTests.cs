using Quietune.Onnx.Tests.Building;
using Quietune.Onnx.Tests.Format;
using Quietune.Onnx.Wire;
using TorchSharp;
using static TorchSharp.torch;

namespace Quietune.Onnx.Tests.Hostile;

/// <summary>Files made to deceive are refused in one sentence that names the file, the place, the value and what was expected.</summary>
public sealed class HostileFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose()
    {
        scope.Dispose();
        folder.Dispose();
    }

    [Theory]
    [InlineData("")]
    [InlineData("This is no model.")]
    [InlineData("\u0008\u0008")]
    public void Load_NoModel_IsRefused(string content) => Refused(System.Text.Encoding.UTF8.GetBytes(content), "expected an ONNX model");

    [Fact]
    public void Load_MissingFile_IsNamed()
    {
        var error = Assert.Throws<FileNotFoundException>(() => OnnxModelFile.Load(folder["none.onnx"]));
        Assert.StartsWith(folder["none.onnx"], error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(6, "got 6")]
    [InlineData(99, "got 99")]
    [InlineData(-1, "got -1")]
    public void Load_UnknownOperatorSet_IsRefused(long opset, string sentence) => Refused(new ModelBuilder(opset).Input("x", 1).Node("Neg", "x", "y").ToArray(), sentence);

    [Theory]
    [InlineData(1L << 40, 0, "4398046511104")]
    [InlineData(1L << 40, 16, "4398046511104")]
    [InlineData(5, 16, "20 bytes")]
    [InlineData(3, 16, "12 bytes")]
    [InlineData(-4, 16, "negative")]
    public void Load_ShapeThatLies_IsRefusedWithoutAllocating(long size, int bytes, string sentence)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        Refused(Tensor(tensor => tensor.Packed(1, [size]).Number(2, 1).Text(8, "w").Bytes(9, new byte[bytes])), sentence, "'w'");
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1 << 22);
    }

    [Fact]
    public void Load_ShapeWhoseProductOverflows_IsRefused() =>
        Refused(Tensor(tensor => tensor.Packed(1, [1L << 32, 1L << 32]).Number(2, 1).Text(8, "w").Bytes(9, [])), "can be counted", "'w'");

    [Fact]
    public void Load_ElementsInTwoFields_IsRefused() =>
        Refused(Tensor(tensor => tensor.Packed(1, [1]).Number(2, 1).Text(8, "w").Bytes(9, new byte[4]).Bytes(4, new byte[4])), "in one field", "'w'");

    [Fact]
    public void Load_ElementsInTheFieldOfAnotherType_IsRefused() =>
        Refused(Tensor(tensor => tensor.Packed(1, [1]).Number(2, 1).Text(8, "w").Packed(7, [3])), "elements of float", "'w'");

    [Fact]
    public void Load_SegmentedTensor_IsRefused() =>
        Refused(Tensor(tensor => tensor.Packed(1, [1]).Number(2, 1).Text(8, "w").Message(3, segment => segment.Number(1, 0)).Bytes(9, new byte[4])), "segment", "'w'");

    [Fact]
    public void Load_SparseInitializer_IsRefused() =>
        Refused(new ModelBuilder(13).Input("x", 1).Node("Neg", "x", "y").InGraph(graph => graph.Message(15, sparse => sparse.Packed(3, [4]))).ToArray(), "sparse");

    [Fact]
    public void Load_SparseConstant_IsRefused() =>
        Refused(new ModelBuilder(13).InGraph(graph => graph.Message(1, node => node.Text(2, "y").Text(3, "c").Text(4, "Constant").Message(5, attribute => attribute.Text(1, "sparse_value").Message(22, sparse => sparse.Packed(3, [4])).Number(20, 11)))).ToArray(), "sparse", "'c'");

    [Fact]
    public void Load_Cycle_NamesANodeOfIt() =>
        Refused(new ModelBuilder(13).Input("x", 1).Node("Add", "x b", "a").Node("Neg", "a", "b").ToArray(), "without cycles", "'Add of a'");

    [Fact]
    public void Load_NodeThatReadsItself_IsRefused() => Refused(new ModelBuilder(13).Node("Neg", "y", "y").ToArray(), "without cycles");

    [Fact]
    public void Load_UnknownValue_IsRefused() => Refused(new ModelBuilder(13).Input("x", 1).Node("Add", "x nothing", "y").ToArray(), "'nothing'", "'Add of y'");

    [Fact]
    public void Load_ValueMadeTwice_IsRefused() => Refused(new ModelBuilder(13).Input("x", 1).Node("Neg", "x", "y").Node("Abs", "x", "y").ToArray(), "'y' made again");

    [Fact]
    public void Load_TwoInitializersOfOneName_IsRefused() =>
        Refused(new ModelBuilder(13).Weight("w", 1).Node("Neg", "w", "y").InGraph(graph => graph.Message(5, tensor => TensorProto.Write(tensor, "w", zeros(1)))).ToArray(), "'w' twice");

    [Fact]
    public void Load_GraphsInsideEachOther_IsRefusedBeforeTheStackEnds()
    {
        byte[] graph = [];
        for (var i = 0; i < 5000; i++)
        {
            var inner = graph;
            graph = new WireWriter().Message(1, node => node.Text(2, "y").Text(4, "If").Message(5, attribute => attribute.Text(1, "then_branch").Bytes(6, inner).Number(20, 5))).ToArray();
        }

        Refused(new WireWriter().Number(1, 8).Bytes(7, graph).Message(8, set => set.Number(2, 13)).ToArray(), "inside each other");
    }

    [Theory]
    [InlineData("f")]
    [InlineData("f f")]
    public void Load_FunctionThatCallsItself_IsRefused(string calls)
    {
        var model = new ModelBuilder(13).Input("x", 1).Node("own:f", "x", "y").After(file => file.Message(8, set => set.Text(1, "own").Number(2, 1)).Message(25, function =>
        {
            function.Text(1, "f").Text(4, "a").Text(5, "b").Text(10, "own");
            foreach (var (call, i) in calls.Split(' ').Select((call, i) => (call, i)))
            {
                function.Message(7, node => node.Text(1, "a").Text(2, i == 0 ? "b" : $"c{i}").Text(4, call).Text(7, "own"));
            }
        }));
        Refused(model.ToArray(), "calls inside each other");
    }

    [Theory]
    [InlineData("../secret.bin", "relative path inside")]
    [InlineData("a/../../secret.bin", "relative path inside")]
    [InlineData("/etc/passwd", "relative path inside")]
    [InlineData("C:\\secret.bin", "relative path inside")]
    [InlineData("", "relative path inside")]
    [InlineData("link.bin", "a link to")]
    [InlineData("linked/secret.bin", "a link to")]
    [InlineData("missing.bin", "no file 'missing.bin'")]
    public void Load_ExternalDataElsewhere_IsRefused(string location, string sentence)
    {
        using var elsewhere = new TemporaryFolder();
        var secret = elsewhere.Write("secret.bin", new byte[64]);
        File.CreateSymbolicLink(folder["link.bin"], secret);
        Directory.CreateSymbolicLink(folder["linked"], Path.GetDirectoryName(secret)!);
        Refused(External(location, null, null), sentence, "'w'");
    }

    [Theory]
    [InlineData("60", null, "bytes 60 to")]
    [InlineData("9223372036854775807", null, "bytes 9223372036854775807")]
    [InlineData("-4", null, "'-4'")]
    [InlineData("zero", null, "'zero'")]
    [InlineData(null, "44", "external data has 44")]
    [InlineData(null, "99999999999999999999", "'99999999999999999999'")]
    public void Load_ExternalRangeThatLies_IsRefused(string? offset, string? length, string sentence)
    {
        folder.Write("weights.bin", new byte[64]);
        Refused(External("weights.bin", offset, length), sentence, "'w'");
    }

    [Theory]
    [InlineData("Foo", "not supported")]
    [InlineData("com.microsoft:FusedMatMul", "com.microsoft.FusedMatMul")]
    [InlineData("Gelu", "begins with opset 20")]
    [InlineData("BatchNormalization", "'BatchNormalization of y'")]
    public void Run_UnsupportedOperator_IsNamed(string name, string sentence)
    {
        var model = new ModelBuilder(17).Input("x", 1, 2).Node(name, "x", "y").After(file => file.Message(8, set => set.Text(1, "com.microsoft").Number(2, 17)));
        RefusedRun(model, sentence, "opset 17", name.Split(':')[^1]);
    }

    [Theory]
    [InlineData("ConstantOfShape")]
    [InlineData("Expand")]
    [InlineData("Tile")]
    [InlineData("Range")]
    [InlineData("OneHot")]
    [InlineData("Pad")]
    [InlineData("Pad edge")]
    [InlineData("Resize")]
    [InlineData("Resize sizes")]
    [InlineData("Conv")]
    [InlineData("MaxPool")]
    [InlineData("ConvTranspose")]
    [InlineData("Add")]
    [InlineData("MatMul")]
    [InlineData("Gather")]
    [InlineData("Einsum")]
    [InlineData("LRN")]
    [InlineData("CenterCropPad")]
    [InlineData("MaxUnpool")]
    public void Run_NodeThatAsksForAllMemory_IsRefused(string name)
    {
        const long Huge = 1L << 30;
        var model = new ModelBuilder(18).Input("x", 1, 1, 2, 2);
        _ = name switch
        {
            "ConstantOfShape" => model.Numbers("s", Huge, Huge).Node(name, "s", "y"),
            "Expand" => model.Numbers("s", Huge, 1, 1, 2, 2).Node(name, "x s", "y"),
            "Tile" => model.Numbers("s", Huge, 1, 1, Huge).Node(name, "x s", "y"),
            "Range" => model.Number("a", 0).Number("b", Huge).Number("c", 1).Node(name, "a b c", "y"),
            "OneHot" => model.Numbers("i", 0, 1).Number("d", Huge).Numbers("v", 0, 1).Node(name, "i d v", "y"),
            "Pad" => model.Numbers("p", 0, 0, 0, Huge, 0, 0, 0, Huge).Node(name, "x p", "y"),
            "Pad edge" => model.Numbers("p", 0, 0, 0, Huge, 0, 0, 0, Huge).Node("Pad", "x p", "y", ("mode", "edge")),
            "Resize" => model.Weight("s", tensor([1f, 1, 1e9f, 1e9f])).Node(name, "x _ s", "y"),
            "Resize sizes" => model.Numbers("s", 1, 1, 2, Huge).Node("Resize", "x _ _ s", "y", ("mode", "cubic")),
            "Conv" => model.Weight("w", 1, 1, 1, 1).Node(name, "x w", "y", ("pads", new[] { 0, Huge, 0, 0 })),
            "MaxPool" => model.Node(name, "x", "y", ("kernel_shape", new[] { 1L, Huge }), ("pads", new[] { 0, Huge, 0, 0 })),
            "ConvTranspose" => model.Weight("w", 1, 1, 1, 1).Node(name, "x w", "y", ("strides", new[] { Huge, Huge })),
            "Add" => model.Weight("a", zeros(100000, 1)).Weight("b", zeros(1, 100000)).Node(name, "a b", "y"),
            "MatMul" => model.Weight("a", zeros(100000, 1)).Weight("b", zeros(1, 100000)).Node(name, "a b", "y"),
            "Gather" => model.Weight("a", zeros(1, 100000)).Weight("i", zeros([100000], ScalarType.Int64)).Node(name, "a i", "y"),
            "Einsum" => model.Weight("a", zeros(100000)).Weight("b", zeros(100000)).Node(name, "a b", "y", ("equation", "i,j->ij")),
            "LRN" => model.Node(name, "x", "y", ("size", Huge)),
            "CenterCropPad" => model.Numbers("s", 1, 1, Huge, Huge).Node(name, "x s", "y"),
            _ => model.Weight("i", zeros([1, 1, 2, 2], ScalarType.Int64)).Node(name, "x i", "y", ("kernel_shape", new[] { Huge, 1 })),
        };
        using var file = OnnxModelFile.Load(folder.Write("in.onnx", model.ToArray()));
        file.Graph.LargestValueBytes = 1 << 30;
        var error = Assert.Throws<InvalidDataException>(() => file.Graph.Run(model.Inputs));
        Assert.Contains("expected a value of at most 1073741824 bytes", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_DivisionThatTrapsTheProcessor_Wraps()
    {
        var model = new ModelBuilder(14).Input("x", tensor([long.MinValue, 7L])).Numbers("w", -1, -1).Node("Div", "x w", "d").Node("Mod", "x w", "m");
        model.Outputs.AddRange(["d", "m"]);
        using var file = OnnxModelFile.Load(folder.Write("in.onnx", model.ToArray()));
        var outputs = file.Graph.Run(model.Inputs);
        Assert.Equal([long.MinValue, -7], outputs["d"].data<long>().ToArray());
        Assert.Equal([0, 0], outputs["m"].data<long>().ToArray());
    }

    [Theory]
    [InlineData("Div", "ZeroDivisionError")]
    [InlineData("Mod", "ZeroDivisionError")]
    [InlineData("Reshape", "a 0 only for one of the input's 1 axes, got [3, 0]")]
    public void Run_NodeThatCannotBeComputed_SaysWhyInOneSentence(string name, string reason)
    {
        var model = new ModelBuilder(14).Input("x", tensor([1L, 7L])).Numbers("w", 3, 0).Node(name, "x w", "y");
        RefusedRun(model, name, reason);
    }

    [Fact]
    public void Run_ConditionFromTheData_IsRefused()
    {
        var branch = new ModelBuilder(13).Node("Neg", "x", "z");
        var model = new ModelBuilder(13).Input("x", tensor([1f])).Real1("zero", 0).Node("Less", "x zero", "c").Node("If", "c", "y", ("then_branch", branch), ("else_branch", branch));
        RefusedRun(model, "constant condition");
    }

    [Fact]
    public void Run_WrongInputs_NameTheInput()
    {
        var model = new ModelBuilder(13).Input("x", 2, 3).Node("Neg", "x", "y");
        model.DeclaredShapes["x"] = ["batch", "3"];
        using var file = OnnxModelFile.Load(folder.Write("in.onnx", model.ToArray()));
        file.Graph.Run(new Dictionary<string, Tensor> { ["x"] = zeros(7, 3) });
        foreach (var inputs in new Dictionary<string, Tensor>[] { new() { ["z"] = zeros(2, 3) }, new() { ["x"] = zeros(2, 4) }, new() { ["x"] = zeros(2) }, new() { ["x"] = zeros([2, 3], ScalarType.Float64) } })
        {
            Assert.Contains("'x'", Assert.Throws<ArgumentException>(() => file.Graph.Run(inputs)).Message, StringComparison.Ordinal);
        }
    }

    private static byte[] External(string location, string? offset, string? length) =>
        ExternalModels.Bytes(new ModelBuilder(13).Input("x", 2, 3).Weight("w", 3, 4).Node("MatMul", "x w", "y"), ("w", location, offset, length));

    private static byte[] Tensor(Action<WireWriter> write) => new ModelBuilder(13).Node("Neg", "w", "y").InGraph(graph => graph.Message(5, write)).ToArray();

    private void Refused(byte[] model, params string[] sentences)
    {
        var path = folder.Write("in.onnx", model);
        var error = Record.Exception(() => OnnxModelFile.Load(path));
        Assert.True(error is InvalidDataException or FileNotFoundException, $"{error}");
        Sentence(path, error!, sentences);
    }

    private void RefusedRun(ModelBuilder model, params string[] sentences)
    {
        var path = folder.Write("in.onnx", model.ToArray());
        using var file = OnnxModelFile.Load(path);
        Sentence(path, Assert.Throws<InvalidDataException>(() => file.Graph.Run(model.Inputs)), sentences);
    }

    private static void Sentence(string path, Exception error, string[] sentences)
    {
        Assert.StartsWith($"{path}: ", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
        Assert.All(sentences, sentence => Assert.Contains(sentence, error.Message, StringComparison.Ordinal));
    }
}
