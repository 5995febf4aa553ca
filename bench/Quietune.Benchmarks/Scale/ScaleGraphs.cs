namespace Quietune.Benchmarks.Scale;

/// <summary>Graphs of the shape and size of two well-known networks, with random weights.</summary>
internal static class ScaleGraphs
{
    /// <summary>The graphs by name.</summary>
    public static IReadOnlyList<string> Names { get; } = ["resnet-18", "bert-base"];

    /// <summary>Writes a graph into a folder.</summary>
    /// <returns>The model file, and the shape of one row.</returns>
    public static (string Path, int[] Row) Write(string name, string folder)
    {
        using var file = new GraphFile(folder);
        return name == "resnet-18"
            ? (file.Write("x", 1, [3, 224, 224], Residual(file)), [3, 224, 224])
            : (file.Write("ids", 7, [BertTokens], Transformer(file)), [BertTokens]);
    }

    /// <summary>Words in the vocabulary of <c>bert-base</c>.</summary>
    public const int BertVocabulary = 30_522;

    private const int BertTokens = 128;

    /// <summary>He, Zhang, Ren &amp; Sun 2016, "Deep residual learning for image recognition", table 1, 18 layers.</summary>
    private static string Residual(GraphFile file)
    {
        var count = 0;
        var x = file.Node("Relu", [Convolved("x", 3, 64, 7, 2)]);
        x = file.Node("MaxPool", [x], ("kernel_shape", new long[] { 3, 3 }), ("strides", new long[] { 2, 2 }), ("pads", new long[] { 1, 1, 1, 1 }));
        long channels = 64;
        foreach (var width in new long[] { 64, 128, 256, 512 })
        {
            for (var block = 0; block < 2; block++)
            {
                var step = block == 0 && width > 64 ? 2 : 1;
                var inner = Convolved(file.Node("Relu", [Convolved(x, channels, width, 3, step)]), width, width, 3, 1);
                var around = channels == width ? x : Convolved(x, channels, width, 1, step);
                x = file.Node("Relu", [file.Node("Add", [inner, around])]);
                channels = width;
            }
        }

        var pooled = file.Node("Flatten", [file.Node("GlobalAveragePool", [x])]);
        return file.Node("Gemm", [pooled, file.Weight("fc.weight", 0.02, 0, 1000, channels), file.Weight("fc.bias", 0, 0, 1000)], ("transB", 1L));

        // A convolution and the normalisation that follows each.
        string Convolved(string input, long inputs, long outputs, long size, long step)
        {
            var name = $"layer{count++}";
            var weight = file.Weight($"{name}.weight", Math.Sqrt(2.0 / (inputs * size * size)), 0, outputs, inputs, size, size);
            var pad = size / 2;
            var convolved = file.Node("Conv", [input, weight], ("strides", new long[] { step, step }), ("pads", new long[] { pad, pad, pad, pad }));
            return file.Node("BatchNormalization", [convolved, file.Weight($"{name}.scale", 0, 1, outputs), file.Weight($"{name}.bias", 0, 0, outputs), file.Weight($"{name}.running_mean", 0, 0, outputs), file.Weight($"{name}.running_var", 0, 1, outputs)]);
        }
    }

    /// <summary>Devlin, Chang, Lee &amp; Toutanova 2019, "BERT", section 3: 12 layers of 768, 12 heads, and a head of two classes.</summary>
    private static string Transformer(GraphFile file)
    {
        const long Width = 768, Heads = 12, Inner = 3072, Positions = 512;
        const double Deviation = 0.02;
        var split = file.Numbers("split", 0, 0, Heads, Width / Heads);
        var joined = file.Numbers("joined", 0, 0, Width);
        var words = file.Node("Gather", [file.Weight("words", Deviation, 0, BertVocabulary, Width), "ids"]);
        var places = file.Node("Gather", [file.Weight("positions", Deviation, 0, Positions, Width), file.Numbers("first", [.. Enumerable.Range(0, BertTokens).Select(place => (long)place)])]);
        var x = Normalised("embedding", file.Node("Add", [words, places]));
        for (var layer = 0; layer < 12; layer++)
        {
            var name = $"layer{layer}";
            var query = Split(Linear($"{name}.query", x, Width, Width), 0, 2, 1, 3);
            var key = Split(Linear($"{name}.key", x, Width, Width), 0, 2, 3, 1);
            var value = Split(Linear($"{name}.value", x, Width, Width), 0, 2, 1, 3);
            var scores = file.Node("Div", [file.Node("MatMul", [query, key]), file.Number($"{name}.root", Math.Sqrt(Width / Heads))]);
            var attended = file.Node("Transpose", [file.Node("MatMul", [file.Node("Softmax", [scores], ("axis", -1L)), value])], ("perm", new long[] { 0, 2, 1, 3 }));
            x = Normalised($"{name}.first", file.Node("Add", [Linear($"{name}.attended", file.Node("Reshape", [attended, joined]), Width, Width), x]));
            x = Normalised($"{name}.second", file.Node("Add", [Linear($"{name}.out", Gelu(name, Linear($"{name}.in", x, Width, Inner)), Inner, Width), x]));
        }

        var token = file.Node("Gather", [x, file.Numbers("token", 0)], ("axis", 1L));
        var pooled = file.Node("Tanh", [Linear("pooler", file.Node("Flatten", [token]), Width, Width)]);
        return file.Node("Gemm", [pooled, file.Weight("head.weight", Deviation, 0, 2, Width), file.Weight("head.bias", 0, 0, 2)], ("transB", 1L));

        string Linear(string name, string input, long inputs, long outputs) =>
            file.Node("Add", [file.Node("MatMul", [input, file.Weight($"{name}.weight", Deviation, 0, inputs, outputs)]), file.Weight($"{name}.bias", 0, 0, outputs)]);

        string Normalised(string name, string input) => file.Node("LayerNormalization", [input, file.Weight($"{name}.scale", 0, 1, Width), file.Weight($"{name}.shift", 0, 0, Width)], ("axis", -1L));

        string Split(string input, params long[] order) => file.Node("Transpose", [file.Node("Reshape", [input, split])], ("perm", order));

        string Gelu(string name, string input)
        {
            var inside = file.Node("Erf", [file.Node("Div", [input, file.Number($"{name}.root2", Math.Sqrt(2))])]);
            return file.Node("Mul", [file.Node("Mul", [input, file.Node("Add", [inside, file.Number($"{name}.one", 1)])]), file.Number($"{name}.half", 0.5)]);
        }
    }
}
