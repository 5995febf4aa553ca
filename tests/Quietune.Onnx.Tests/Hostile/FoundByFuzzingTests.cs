using Quietune.Onnx.Tests.Building;
using Quietune.Onnx.Tests.Format;
using TorchSharp;
using static TorchSharp.torch;

namespace Quietune.Onnx.Tests.Hostile;

/// <summary>What the search for crashes found, each as the smallest model that shows it.</summary>
public sealed class FoundByFuzzingTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose()
    {
        scope.Dispose();
        folder.Dispose();
    }

    public static TheoryData<string> Names => [.. Found.Keys];

    private static Dictionary<string, Func<ModelBuilder>> Found { get; } = new()
    {
        // Ended the process: the native product does not catch its errors.
        ["matrices that do not fit"] = () => new ModelBuilder(11).Input("x", 2, 3).Weight("w", 4, 3).Node("Gemm", "x w", "y"),
        ["batches of matrices that do not fit"] = () => new ModelBuilder(11).Input("x", 2, 3, 4).Weight("w", 2, 3, 4).Node("MatMul", "x w", "y"),

        // Threw past the place where errors get their sentence.
        ["no elements along a huge axis"] = () => new ModelBuilder(11).InGraph(graph => graph.Message(5, tensor => tensor.Packed(1, [0, 1L << 40, 1L << 40]).Number(2, 1).Text(8, "w"))).Node("Neg", "w", "y"),

        // Lost a value that the graph puts out.
        ["more outputs than a branch has"] = () => new ModelBuilder(13).Input("x", 1).Weight("c", tensor(true)).Node("If", "c", "a y", ("then_branch", new ModelBuilder(13).Node("Neg", "x", "z")), ("else_branch", new ModelBuilder(13).Node("Neg", "x", "z"))),

        // Broke the one line of the sentence.
        ["a line break in a name"] = () => new ModelBuilder(11).Input("x", 1).Node("Add", "x no\u0001thing", "y"),
    };

    [Fact(Timeout = 10000)]
    public async Task Run_ResizeToNothing_EndsSoon()
    {
        var model = new ModelBuilder(18).Input("x", 1, 1, 9, 8).Weight("s", tensor([1f, 1, 1e-9f, 0.6f])).Node("Resize", "x _ s", "y", ("mode", "cubic"), ("antialias", 1));
        await Task.Run(() => Assert.Null(Trial.Run(folder["in.onnx"], model)), TestContext.Current.CancellationToken);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Load_ModelFoundByFuzzing_IsRefusedInASentence(string name)
    {
        var model = Found[name]();
        Assert.Null(Trial.Run(folder["in.onnx"], model));
        Assert.ThrowsAny<InvalidDataException>(() =>
        {
            using var file = OnnxModelFile.Load(folder["in.onnx"]);
            file.Graph.Run(model.Inputs);
        });
    }
}
