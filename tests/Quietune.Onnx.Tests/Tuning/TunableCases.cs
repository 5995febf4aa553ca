using Quietune.Onnx.Tests.Building;
using TorchSharp;
using static TorchSharp.torch;

namespace Quietune.Onnx.Tests.Tuning;

/// <summary>Graphs over every way that a parameter can meet rows.</summary>
internal static class TunableCases
{
    public static IEnumerable<TunableCase> All => [.. Products, .. Shared, .. Convolutions, .. Affine, .. Sequences, .. RowByRow];

    private static IEnumerable<TunableCase> Products
    {
        get
        {
            yield return new("Perceptron of Gemm", 13, model => model.Input("x", 3, 5).Weight("w", 4, 5).Weight("b", 4).Weight("v", 4, 3).Weight("c", 3)
                .Node("Gemm", "x w b", "h", ("transB", 1)).Node("Relu", "h", "r").Node("Gemm", "r v c", "y"))
            { Joined = "b c" };
            yield return new("Gemm with alpha and beta over a transposed input", 11, model => model.Input("x", 3, 5).Weight("w", 5, 4).Weight("b", 1, 4)
                .Node("Transpose", "x", "t").Node("Gemm", "t w b", "y", ("transA", 1), ("alpha", 0.5f), ("beta", 3f)))
            { Joined = "b" };
            yield return new("Gemm with a column as summand", 13, model => model.Input("x", 3, 5).Weight("w", 4, 5).Weight("b", 4, 1)
                .Node("Gemm", "w x b", "h", ("transB", 1), ("alpha", 2f), ("beta", 0.5f)).Node("Transpose", "h", "y"));
            yield return new("Gemm with the weight transposed on the left", 13, model => model.Input("x", 3, 5).Weight("w", 5, 4)
                .Node("Transpose", "x", "t").Node("Gemm", "w t", "h", ("transA", 1)).Node("Transpose", "h", "y"));
            yield return new("Gemm with one number as summand", 13, model => model.Input("x", 3, 5).Weight("w", 5, 4).Weight("b", 1).Node("Gemm", "x w b", "y"));
            yield return new("MatMul and Add over positions", 13, model => model.Input("x", 3, 2, 5).Weight("w", 5, 4).Weight("b", 4).Node("MatMul", "x w", "h").Node("Add", "b h", "y")) { Joined = "b" };
            yield return new("MatMul with the weight on the left", 13, model => model.Input("x", 3, 5, 2).Weight("w", 4, 5).Weight("b", 4, 1).Node("MatMul", "w x", "h").Node("Add", "h b", "t").Node("Tanh", "t", "y"));
            yield return new("MatMul with a batch of weights", 13, model => model.Input("x", 3, 1, 2, 5).Weight("w", 3, 5, 4).Node("MatMul", "x w", "y"));
            yield return new("MatMul with a batch of weights on the left", 13, model => model.Input("x", 3, 2, 5, 3).Weight("w", 2, 4, 5).Node("MatMul", "w x", "y"));
            yield return new("MatMul with two batch axes of weights", 13, model => model.Input("x", 3, 2, 4, 6, 5).Weight("w", 2, 1, 5, 4).Node("MatMul", "x w", "y"));
            yield return new("MatMul with a vector", 13, model => model.Input("x", 3, 2, 5).Weight("w", 5).Node("MatMul", "x w", "y"));
            yield return new("MatMul with a vector on the left", 13, model => model.Input("x", 3, 5, 2).Weight("w", 5).Node("MatMul", "w x", "y"));
            yield return new("MatMul of a vector with rows as columns", 13, model => model.Input("x", 3, 5).Weight("w", 5).Node("Transpose", "x", "t").Node("MatMul", "w t", "y"));
            foreach (var (equation, shape, slow) in new (string, long[], string)[]
            {
                ("bti,oi->bto", [4, 5], string.Empty), ("bti,ijk->btjk", [5, 2, 3], string.Empty), ("bti,io->bot", [5, 4], string.Empty),
                ("bti,tio->bto", [2, 5, 4], string.Empty), ("bti,ji", [4, 5], string.Empty), ("bti,jik->btjk", [2, 5, 3], "w"), ("bti,i->b", [5], "w"),
            })
            {
                yield return new($"Einsum {equation}", 12, model => model.Input("x", 3, 2, 5).Weight("w", shape).Node("Einsum", "x w", "y", ("equation", equation))) { Slow = slow };
            }
        }
    }

    private static IEnumerable<TunableCase> Shared
    {
        get
        {
            yield return new("One weight used twice", 13, model => model.Input("x", 3, 4).Weight("w", 4, 4).Weight("b", 4)
                .Node("Gemm", "x w b", "a", ("transB", 1)).Node("Tanh", "a", "t").Node("Gemm", "t w b", "y", ("transB", 1)))
            { Joined = "b" };
            yield return new("One weight with two biases", 13, model => model.Input("x", 3, 4).Weight("w", 4, 4).Weight("b", 4).Weight("c", 4)
                .Node("Gemm", "x w b", "a", ("transB", 1)).Node("Tanh", "a", "t").Node("Gemm", "t w c", "y", ("transB", 1)));
            yield return new("A weight and its transpose", 13, model => model.Input("x", 3, 6).Weight("w", 6, 4)
                .Node("MatMul", "x w", "a").Node("Tanh", "a", "t").Node("Transpose", "w", "v").Node("MatMul", "t v", "y"));
            yield return new("A weight through Transpose, Cast and Identity", 13, model => model.Input("x", 3, 6).Weight("w", model.Random(4, 6).to(ScalarType.Float64))
                .Node("Identity", "w", "i").Node("Transpose", "i", "t").Node("Cast", "t", "v", ("to", (int)TensorProto.TypeOf(model.Random(1)))).Node("MatMul", "x v", "y"));
            yield return new("A weight of heads, turned and flattened", 13, model => model.Input("x", 3, 6).Weight("w", 2, 4, 6).Numbers("s", 6, 8)
                .Node("Transpose", "w", "t", ("perm", new long[] { 2, 0, 1 })).Node("Reshape", "t s", "v").Node("MatMul", "x v", "y"));
            yield return new("A weight with its heads exchanged", 13, model => model.Input("x", 3, 6).Weight("w", 2, 6, 4).Numbers("s", 6, 8)
                .Node("Transpose", "w", "t", ("perm", new long[] { 1, 0, 2 })).Node("Reshape", "t s", "v").Node("MatMul", "x v", "y"));
            yield return new("A weight split in three", 13, model => model.Input("x", 3, 2, 4).Weight("w", 4, 12).Numbers("sizes", 4, 4, 4)
                .Node("Split", "w sizes", "q k v", ("axis", 1)).Node("MatMul", "x q", "a").Node("MatMul", "x k", "b").Node("Mul", "a b", "c").Node("MatMul", "c v", "y"));
            yield return new("A low-rank change of a weight", 13, model => model.Input("x", 3, 5).Weight("w", 5, 4).Weight("down", 5, 2).Weight("up", 2, 4).Real1("scale", 0.7)
                .Node("MatMul", "down up", "p").Node("Mul", "p scale", "q").Node("Add", "w q", "v").Node("MatMul", "x v", "y"));
            yield return new("A weight of length one", 13, model => model.Input("x", 3, 5).Weight("w", 4, 5).Weight("g", 4, 1)
                .Node("ReduceL2", "w", "n", ("axes", new long[] { 1 })).Node("Div", "w n", "u").Node("Mul", "u g", "v").Node("Gemm", "x v", "y", ("transB", 1)));
            yield return new("An embedding of repeated words", 13, model => model.Weight("e", 7, 4).Input("i", tensor([1L, 6, 1, 0, 2, 2, 3, 3, 3]).reshape(3, 3)).Node("Gather", "e i", "x").Node("Tanh", "x", "y"));
            yield return new("An embedding with indices from the end", 13, model => model.Weight("e", 7, 2, 2).Input("i", tensor([-1L, 6, -7, 0, 2, 2]).reshape(3, 2)).Node("Gather", "e i", "x").Node("Sin", "x", "y"));
            yield return new("An embedding tied to the output layer", 13, model => model.Weight("e", 7, 4).Weight("b", 7).Input("i", tensor([1L, 6, 1, 0, 2, 2]).reshape(3, 2))
                .Node("Gather", "e i", "x").Node("ReduceMean", "x", "m", ("axes", new long[] { 1 }), ("keepdims", 0)).Node("Tanh", "m", "t").Node("Transpose", "e", "v").Node("MatMul", "t v", "p").Node("Add", "p b", "y"));
            yield return new("Words and numbers", 13, model => model.Weight("e", 7, 4).Weight("w", 5, 4).Input("i", tensor([1L, 6, 1]).reshape(3)).Input("x", 3, 5)
                .Node("Gather", "e i", "a").Node("MatMul", "x w", "b").Node("Mul", "a b", "y"));
        }
    }

    private static IEnumerable<TunableCase> Convolutions
    {
        get
        {
            yield return new("Convolution with steps, holes and groups", 11, model => model.Input("x", 3, 4, 7, 6).Weight("w", 6, 2, 3, 2).Weight("b", 6)
                .Node("Conv", "x w b", "y", ("group", 2), ("strides", new long[] { 2, 1 }), ("dilations", new long[] { 1, 2 }), ("pads", new long[] { 1, 2, 1, 2 })))
            { Joined = "b" };
            yield return new("Convolution of each channel, uneven padding", 11, model => model.Input("x", 3, 4, 5, 5).Weight("w", 4, 1, 3, 3).Node("Conv", "x w", "y", ("group", 4), ("pads", new long[] { 0, 1, 2, 0 })));
            yield return new("Convolution padded to the same size", 11, model => model.Input("x", 3, 2, 6, 5).Weight("w", 3, 2, 2, 4).Weight("b", 3).Node("Conv", "x w b", "y", ("auto_pad", "SAME_LOWER"), ("strides", new long[] { 2, 2 }))) { Joined = "b" };
            yield return new("Convolution over time", 13, model => model.Input("x", 3, 4, 9).Weight("w", 5, 4, 3).Weight("b", 5).Node("Conv", "x w b", "a", ("pads", new long[] { 1, 1 })).Node("Relu", "a", "r").Node("GlobalAveragePool", "r", "g").Node("Flatten", "g", "y")) { Joined = "b" };
            yield return new("Convolution over three axes", 11, model => model.Input("x", 3, 2, 4, 4, 4).Weight("w", 3, 2, 2, 2, 2).Weight("b", 3).Node("Conv", "x w b", "y")) { Slow = "w" };
            yield return new("Convolution of many small images of a row", 13, model => model.Input("x", 3, 2, 1, 5, 5).Weight("w", 4, 1, 2, 2).Weight("b", 4).Numbers("fold", -1, 1, 5, 5).Numbers("open", -1, 2, 64)
                .Node("Reshape", "x fold", "f").Node("Conv", "f w b", "c").Node("Relu", "c", "r").Node("Reshape", "r open", "o").Node("ReduceMean", "o", "y", ("axes", new long[] { 1 }), ("keepdims", 0)))
            { Joined = "b" };
            yield return new("A kernel stored flat", 13, model => model.Input("x", 3, 2, 5, 5).Weight("w", 4, 18).Numbers("s", 4, 2, 3, 3).Node("Reshape", "w s", "k").Node("Conv", "x k", "y"));
            yield return new("Transposed convolution", 11, model => model.Input("x", 3, 4, 3, 4).Weight("w", 4, 3, 3, 2).Weight("b", 6)
                .Node("ConvTranspose", "x w b", "y", ("group", 2), ("strides", new long[] { 2, 1 }), ("pads", new long[] { 1, 0, 0, 1 }), ("output_padding", new long[] { 1, 0 })));
            yield return new("Residual block", 15, model => model.Input("x", 3, 3, 6, 6).Weight("w1", 3, 3, 3, 3).Weight("w2", 3, 3, 3, 3).Weight("s", 3).Weight("b", 3).Weight("mean", 3).Weight("variance", model.Random(3).abs() + 0.5)
                .Node("Conv", "x w1", "a", ("pads", new long[] { 1, 1, 1, 1 })).Node("BatchNormalization", "a s b mean variance", "n").Node("Relu", "n", "r").Node("Conv", "r w2", "c", ("pads", new long[] { 1, 1, 1, 1 })).Node("Add", "c x", "t").Node("GlobalAveragePool", "t", "g").Node("Flatten", "g", "y"))
            { Joined = "b" };
        }
    }

    private static IEnumerable<TunableCase> Affine
    {
        get
        {
            yield return new("BatchNormalization of vectors", 15, model => model.Input("x", 3, 5).Weight("s", 5).Weight("b", 5).Weight("mean", 5).Weight("variance", model.Random(5).abs() + 0.5).Node("BatchNormalization", "x s b mean variance", "y")) { Joined = "b" };
            yield return new("LayerNormalization over two axes", 17, model => model.Input("x", 3, 2, 4, 5).Weight("s", 4, 5).Weight("b", 4, 5).Node("LayerNormalization", "x s b", "y", ("axis", 2))) { Joined = "b" };
            yield return new("LayerNormalization without a bias", 17, model => model.Input("x", 3, 4, 5).Weight("s", 5).Node("LayerNormalization", "x s", "y"));
            yield return new("LayerNormalization written out", 13, model => model.Input("x", 3, 4, 5).Weight("s", 5).Weight("b", 5).Real1("e", 1e-5).Node("ReduceMean", "x", "m", ("axes", new long[] { -1 })).Node("Sub", "x m", "c")
                .Node("Mul", "c c", "q").Node("ReduceMean", "q", "v", ("axes", new long[] { -1 })).Node("Add", "v e", "w").Node("Sqrt", "w", "r").Node("Div", "c r", "n").Node("Mul", "n s", "t").Node("Add", "t b", "y"));
            yield return new("InstanceNormalization", 13, model => model.Input("x", 3, 4, 3, 3).Weight("s", 4).Weight("b", 4).Node("InstanceNormalization", "x s b", "y")) { Joined = "b" };
            yield return new("GroupNormalization by group", 18, model => model.Input("x", 3, 4, 3).Weight("s", 2).Weight("b", 2).Node("GroupNormalization", "x s b", "y", ("num_groups", 2))) { Joined = "b" };
            yield return new("GroupNormalization by channel", 21, model => model.Input("x", 3, 4, 3).Weight("s", 4).Weight("b", 4).Node("GroupNormalization", "x s b", "y", ("num_groups", 2))) { Joined = "b" };
            yield return new("RMSNormalization", 23, model => model.Input("x", 3, 4, 5).Weight("s", 5).Node("RMSNormalization", "x s", "y"));
            yield return new("Sums and products that broadcast", 13, model => model.Input("x", 3, 2, 4).Weight("a", 2, 1).Weight("m", 1, 1, 4).Weight("s", 4).Weight("d", model.Random(2, 4).abs() + 1).Weight("n", 4)
                .Node("Add", "a x", "1").Node("Mul", "1 m", "2").Node("Sub", "s 2", "3").Node("Sub", "3 a", "4").Node("Div", "4 d", "5").Node("Mul", "5 5", "6").Node("Exp", "6", "7").Node("Div", "n 7", "y"));
            yield return new("A scale that every element shares", 13, model => model.Input("x", 3, 4).Weight("w", 4, 2).Weight("g", 1).Node("MatMul", "x w", "a").Node("Mul", "a g", "y"));
            yield return new("PRelu, Where and Sum", 16, model => model.Input("x", 3, 2, 4).Weight("p", 2, 1).Weight("a", 4).Weight("b", 2, 4).Weight("c", 4).Real1("zero", 0).Real1("half", 0.5).Node("Greater", "x zero", "k").Node("Greater", "x half", "l").Node("PRelu", "x p", "1").Node("Where", "k a 1", "2").Node("Where", "l b 2", "3").Node("Sum", "3 c x", "y"));
            yield return new("A token put before the others", 13, model => model.Input("x", 3, 2, 4).Weight("t", 1, 1, 4).Node("Shape", "x", "s").Number("zero", 0).Numbers("front", 0).Numbers("rest", 1, 4).Node("Gather", "s front", "n").Node("Concat", "n rest", "to", ("axis", 0))
                .Node("Expand", "t to", "e").Node("Concat", "e x", "c", ("axis", 1)).Weight("w", 4, 4).Node("MatMul", "c w", "y"));
        }
    }

    private static IEnumerable<TunableCase> Sequences
    {
        get
        {
            yield return new("Transformer block with heads", 17, model =>
            {
                model.Input("i", tensor([1L, 6, 1, 0, 2, 2, 3, 5, 4, 0, 0, 1]).reshape(3, 4)).Weight("e", 7, 6).Weight("place", 9, 6).Node("Gather", "e i", "x0");
                model.Node("Shape", "i", "is").Numbers("one", 1).Numbers("zero", 0).Node("Gather", "is one", "t").Node("Slice", "place zero t zero", "p").Node("Add", "x0 p", "x");
                model.Weight("g1", 6).Weight("h1", 6).Node("LayerNormalization", "x g1 h1", "n").Weight("wq", 6, 6).Weight("bq", 6).Weight("wk", 6, 6).Weight("wv", 6, 6).Weight("bv", 6).Weight("wo", 6, 6).Weight("bo", 6);
                model.Numbers("heads", 0, 0, 2, 3).Numbers("flat", 0, 0, 6).Real1("root", 1.732);
                foreach (var (name, bias) in new[] { ("q", "bq"), ("k", null), ("v", "bv") })
                {
                    model.Node("MatMul", $"n w{name}", $"{name}1");
                    _ = bias is null ? model.Node("Identity", $"{name}1", $"{name}2") : model.Node("Add", $"{name}1 {bias}", $"{name}2");
                    model.Node("Reshape", $"{name}2 heads", $"{name}3").Node("Transpose", $"{name}3", $"{name}4", ("perm", name == "k" ? new long[] { 0, 2, 3, 1 } : new long[] { 0, 2, 1, 3 }));
                }

                model.Node("MatMul", "q4 k4", "s").Node("Div", "s root", "d").Node("Softmax", "d", "a", ("axis", -1)).Node("MatMul", "a v4", "o1").Node("Transpose", "o1", "o2", ("perm", new long[] { 0, 2, 1, 3 })).Node("Reshape", "o2 flat", "o3")
                    .Node("MatMul", "o3 wo", "o4").Node("Add", "o4 bo", "o5").Node("Add", "o5 x", "r");
                model.Weight("w1", 6, 8).Weight("b1", 8).Weight("w2", 8, 6).Weight("b2", 6).Real1("root2", 1.41421356).Real1("half", 0.5).Real1("unit", 1).Node("MatMul", "r w1", "f1").Node("Add", "f1 b1", "f2").Node("Div", "f2 root2", "f3").Node("Erf", "f3", "f4").Node("Add", "f4 unit", "f5").Node("Mul", "f2 f5", "f6").Node("Mul", "f6 half", "f7")
                    .Node("MatMul", "f7 w2", "f8").Node("Add", "f8 b2", "f9").Node("Add", "f9 r", "z").Node("ReduceMean", "z", "m", ("axes", new long[] { 1 }), ("keepdims", 0)).Weight("head", 5, 6).Weight("hb", 5).Node("Gemm", "m head hb", "y", ("transB", 1));
            })
            { Joined = "h1 bq bv bo b1 b2 hb" };
            yield return new("Tokens folded into the rows", 13, model => model.Input("x", 3, 4, 5).Weight("w", 5, 6).Weight("b", 6).Numbers("fold", -1, 5).Numbers("open", -1, 4, 6).Node("Reshape", "x fold", "f").Node("Gemm", "f w b", "g").Node("Tanh", "g", "t").Node("Reshape", "t open", "y")) { Joined = "b" };
            yield return new("Rows folded into the tokens", 13, model => model.Input("x", 3, 4, 5).Weight("w", 5, 6).Weight("b", 6).Weight("s", 6).Numbers("fold", -1, 5).Numbers("open", 4, -1, 6).Node("Transpose", "x", "p", ("perm", new long[] { 1, 0, 2 })).Node("Reshape", "p fold", "f").Node("Gemm", "f w b", "g").Node("Mul", "g s", "t")
                .Node("Reshape", "t open", "o").Node("Transpose", "o", "y", ("perm", new long[] { 1, 0, 2 })))
            { Joined = "b" };
            yield return new("Rows folded between heads and tokens", 13, model => model.Input("x", 3, 2, 4, 5).Weight("w", 5, 6).Numbers("fold", -1, 5).Numbers("open", 2, -1, 4, 6).Node("Transpose", "x", "p", ("perm", new long[] { 1, 0, 2, 3 })).Node("Reshape", "p fold", "f").Node("MatMul", "f w", "g").Node("Tanh", "g", "t")
                .Node("Reshape", "t open", "o").Node("Transpose", "o", "y", ("perm", new long[] { 1, 0, 2, 3 })));
            yield return new("Time before rows", 13, model => model.Input("x", 3, 4, 5).Weight("w", 5, 6).Weight("b", 6).Node("Transpose", "x", "p", ("perm", new long[] { 1, 0, 2 })).Node("MatMul", "p w", "m").Node("Add", "m b", "a").Node("Tanh", "a", "t").Node("ReduceMean", "t", "y", ("axes", new long[] { 0 }), ("keepdims", 0))) { Joined = "b" };
            foreach (var (name, gates) in new[] { ("LSTM", 4), ("GRU", 3) })
            {
                yield return new($"{name} classifier", 14, model => model.Input("x", 3, 4, 2).Weight("w", 2, gates * 3, 2).Weight("r", 2, gates * 3, 3).Weight("b", 2, 2 * gates * 3).Node("Transpose", "x", "t", ("perm", new long[] { 1, 0, 2 }))
                    .Node(name, "t w r b", "_ h", ("hidden_size", 3), ("direction", "bidirectional")).Node("Transpose", "h", "p", ("perm", new long[] { 1, 0, 2 })).Node("Flatten", "p", "f").Weight("o", 6, 4).Weight("c", 4).Node("Gemm", "f o c", "y"))
                { Slow = "w r b", Joined = "c" };
            }

            yield return new("A weight in a branch", 13, model => model.Input("x", 3, 4).Weight("w", 4).Weight("v", 4, 2).Weight("c", tensor(true)).Node(
                "If",
                "c",
                "h",
                ("then_branch", new ModelBuilder(13, model.Real).Node("Mul", "x w", "z")),
                ("else_branch", new ModelBuilder(13, model.Real).Node("Neg", "x", "z"))).Node("MatMul", "h v", "y"))
            { Slow = "w" };
        }
    }

    private static IEnumerable<TunableCase> RowByRow
    {
        get
        {
            yield return new("Reshape that assumes one row", 13, model =>
            {
                model.Input("x", 3, 2, 4).Numbers("s", 1, 8).Weight("w", 8, 3).Weight("b", 3).Node("Reshape", "x s", "f").Node("Gemm", "f w b", "y");
                model.DeclaredShapes["x"] = ["1", "2", "4"];
            })
            { Slow = "w b", RowByRow = true, InRuntime = false };
            yield return new("One row declared, any number taken", 13, model =>
            {
                model.Input("x", 3, 8).Weight("w", 8, 3).Weight("b", 3).Node("Gemm", "x w b", "y");
                model.DeclaredShapes["x"] = ["1", "8"];
            })
            { Joined = "b", InRuntime = false };
        }
    }
}
