using Quietune.Onnx.Tests.Building;
using TorchSharp;
using static TorchSharp.torch;

namespace Quietune.Onnx.Tests.Cases;

/// <summary>Graphs of several nodes, as exporters write them.</summary>
internal static class GraphCases
{
    public static IEnumerable<OperatorCase> All
    {
        get
        {
            foreach (var condition in new[] { true, false })
            {
                yield return new($"If {condition}", 13, model => model.Input("x", 2, 3).Weight("w", 3).Weight("c", tensor(condition)).Node(
                    "If",
                    "c",
                    "y",
                    ("then_branch", new ModelBuilder(13, model.Real).Node("Add", "x w", "z")),
                    ("else_branch", new ModelBuilder(13, model.Real).Weight("v", model.Random(3)).Node("Mul", "x v", "u").Node("Sub", "u w", "z"))));
            }

            yield return new("If by a shape", 16, model => model.Input("x", 2, 3).Node("Size", "x", "n").Number("six", 6).Node("Equal", "n six", "c").Node(
                "If",
                "c",
                "y",
                ("then_branch", new ModelBuilder(16).Node("Exp", "x", "z")),
                ("else_branch", new ModelBuilder(16).Node("Neg", "x", "z"))));
            yield return new("Flattening by shape arithmetic", 13, model => model.Input("x", 2, 3, 4).Node("Shape", "x", "s").Number("zero", 0).Node("Gather", "s zero", "n").Numbers("front", 0).Node("Unsqueeze", "n front", "m").Numbers("rest", -1).Node("Concat", "m rest", "t", ("axis", 0)).Node("Reshape", "x t", "f").Weight("w", 12, 5).Node("MatMul", "f w", "y"));
            yield return new("Attention", 13, model => model.Input("x", 2, 4, 6).Weight("q", 6, 6).Weight("k", 6, 6).Weight("v", 6, 6).Real1("root", 2.449)
                .Node("MatMul", "x q", "xq").Node("MatMul", "x k", "xk").Node("MatMul", "x v", "xv").Node("Transpose", "xk", "kt", ("perm", new long[] { 0, 2, 1 }))
                .Node("MatMul", "xq kt", "s").Node("Div", "s root", "d").Node("Softmax", "d", "p").Node("MatMul", "p xv", "a").Node("Add", "a x", "y"));
            yield return new("Residual block", 11, model => model.Input("x", 2, 3, 6, 6).Weight("w1", 3, 3, 3, 3).Weight("w2", 3, 3, 3, 3).Weight("s", 3).Weight("b", 3).Weight("m", 3).Weight("v", model.Random(3).abs() + 0.5)
                .Node("Conv", "x w1", "a", ("pads", new long[] { 1, 1, 1, 1 })).Node("BatchNormalization", "a s b m v", "n").Node("Relu", "n", "r").Node("Conv", "r w2", "c", ("pads", new long[] { 1, 1, 1, 1 })).Node("Add", "c x", "t").Node("GlobalAveragePool", "t", "g").Node("Flatten", "g", "y"))
            { Tolerance = 3e-5 };
            yield return new("Recurrent classifier", 14, model => model.Weight("e", 7, 2).Input("i", tensor([1L, 6, 3, 0, 2, 2]).reshape(3, 2)).Node("Gather", "e i", "x").Weight("w", 1, 12, 2).Weight("r", 1, 12, 3).Node("LSTM", "x w r", "_ h", ("hidden_size", 3)).Numbers("zero", 0).Node("Squeeze", "h zero", "l").Weight("o", 4, 3).Weight("b", 4).Node("Gemm", "l o b", "y", ("transB", 1)));
            yield return new("Nodes out of order", 13, model => model.Input("x", 2, 3).Node("Exp", "x", "a").Node("Neg", "a", "y"));
            yield return new("One weight in many places", 13, model => model.Input("x", 2, 3).Weight("w", 3, 3).Node("MatMul", "x w", "a").Node("Transpose", "w", "t").Node("MatMul", "a t", "c").Node("Tanh", "c", "d").Node("Gemm", "d w", "y", ("transB", 1)));
            yield return new("An input that is also the output", 13, model =>
            {
                model.Input("x", 2, 3).Node("Identity", "x", "y").Node("Add", "x y", "z");
                model.Outputs.AddRange(["z", "y"]);
            });
        }
    }
}
