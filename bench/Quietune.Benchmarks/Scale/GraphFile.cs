using Quietune.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace Quietune.Benchmarks.Scale;

/// <summary>Writes a graph with random weights: the model file, and its weights in a file beside it.</summary>
/// <remarks>Field numbers: ONNX specification, <c>ModelProto</c> and what it holds; opset 17.</remarks>
internal sealed class GraphFile : IDisposable
{
    private const int Opset = 17;
    private const string DataName = "weights.bin";
    private readonly string folder;
    private readonly FileStream data;
    private readonly ProtoMessage graph = new();
    private readonly Generator random = new(seed: 1);
    private int values;

    public GraphFile(string folder)
    {
        this.folder = folder;
        data = File.Create(Path.Combine(folder, DataName));
    }

    /// <summary>Normal numbers of a deviation about a mean.</summary>
    public string Weight(string name, double deviation, double mean, params long[] shape)
    {
        using var scope = NewDisposeScope();
        return Stored(name, (randn(shape, generator: random) * deviation) + mean, 1);
    }

    /// <summary>Whole numbers.</summary>
    public string Numbers(string name, params long[] numbers)
    {
        using var scope = NewDisposeScope();
        return Stored(name, tensor(numbers), 7);
    }

    /// <summary>One float without axes.</summary>
    public string Number(string name, double value)
    {
        using var scope = NewDisposeScope();
        return Stored(name, tensor((float)value), 1);
    }

    /// <summary>A node of one output.</summary>
    /// <returns>The output's name.</returns>
    public string Node(string kind, string[] inputs, params (string Name, object Value)[] attributes)
    {
        var output = $"v{values++}";
        var node = new ProtoMessage();
        foreach (var input in inputs)
        {
            node.Text(1, input);
        }

        node.Text(2, output).Text(3, output).Text(4, kind);
        foreach (var (name, value) in attributes)
        {
            var attribute = new ProtoMessage().Text(1, name);
            _ = value switch
            {
                long number => attribute.Number(3, number).Number(20, 2),
                double real => attribute.Single(2, (float)real).Number(20, 1),
                long[] numbers => numbers.Aggregate(attribute, (message, number) => message.Number(8, number)).Number(20, 7),
                _ => throw new NotSupportedException($"{value}"),
            };
            node.Message(5, attribute);
        }

        graph.Message(1, node);
        return output;
    }

    /// <summary>Ends the file.</summary>
    /// <param name="input">The input's name.</param>
    /// <param name="type">Its element type: 1 for floats, 7 for whole numbers.</param>
    /// <param name="row">The shape of one row.</param>
    /// <param name="output">The output's name.</param>
    /// <returns>The model file.</returns>
    public string Write(string input, int type, long[] row, string output)
    {
        data.Dispose();
        var shape = row.Aggregate(new ProtoMessage().Message(1, new ProtoMessage().Text(2, "rows")), (dimensions, size) => dimensions.Message(1, new ProtoMessage().Number(1, size)));
        graph.Text(2, "scale")
            .Message(11, new ProtoMessage().Text(1, input).Message(2, new ProtoMessage().Message(1, new ProtoMessage().Number(1, type).Message(2, shape))))
            .Message(12, new ProtoMessage().Text(1, output));
        var path = Path.Combine(folder, "model.onnx");
        File.WriteAllBytes(path, new ProtoMessage().Number(1, 8).Message(7, graph).Message(8, new ProtoMessage().Text(1, string.Empty).Number(2, Opset)).ToArray());
        return path;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        data.Dispose();
        random.Dispose();
    }

    private string Stored(string name, Tensor value, int type)
    {
        var start = data.Length;
        var content = value.contiguous().bytes;
        var message = value.shape.Aggregate(new ProtoMessage(), (tensor, size) => tensor.Number(1, size)).Number(2, type).Text(8, name);
        if (type == 7 || value.dim() == 0)
        {
            graph.Message(5, message.Bytes(9, content));
            return name;
        }

        data.Write(content);
        graph.Message(5, message.Message(13, Entry("location", DataName)).Message(13, Entry("offset", $"{start}")).Message(13, Entry("length", $"{content.Length}")).Number(14, 1));
        return name;

        static ProtoMessage Entry(string key, string text) => new ProtoMessage().Text(1, key).Text(2, text);
    }
}
