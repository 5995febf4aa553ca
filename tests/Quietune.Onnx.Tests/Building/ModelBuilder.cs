using Quietune.Onnx.Wire;
using static TorchSharp.torch;

namespace Quietune.Onnx.Tests.Building;

/// <summary>Makes ONNX files out of a few words, byte by byte from the specification's field numbers.</summary>
/// <param name="opset">The version of ONNX's operators.</param>
/// <param name="real">The element type of all tensors made as floats.</param>
internal sealed class ModelBuilder(long opset, ScalarType real = ScalarType.Float32)
{
    private readonly List<Action<WireWriter>> nodes = [];
    private readonly List<Action<WireWriter>> tail = [];
    private readonly List<string> lastOutputs = [];
    private readonly RandomNumbers numbers = new(7);

    /// <summary>The element type of floats.</summary>
    public ScalarType Real => real;

    /// <summary>The version of ONNX's operators.</summary>
    public long Opset => opset;

    /// <summary>The inputs to run the model with.</summary>
    public Dictionary<string, Tensor> Inputs { get; } = [];

    /// <summary>The initializers.</summary>
    public Dictionary<string, Tensor> Initializers { get; } = [];

    /// <summary>The names of the outputs; the last node's where none are given.</summary>
    public List<string> Outputs { get; } = [];

    /// <summary>Shapes that the model declares, where they are not those of the inputs.</summary>
    public Dictionary<string, string[]> DeclaredShapes { get; } = [];

    /// <summary>How initializers are stored.</summary>
    public TensorForm Form { get; set; }

    /// <summary>Random floats, the same for every element type.</summary>
    public Tensor Random(params long[] shape) => numbers.Normal(shape).to(real);

    /// <summary>Adds an input of random floats.</summary>
    public ModelBuilder Input(string name, params long[] shape) => Input(name, Random(shape));

    /// <summary>Adds an input.</summary>
    public ModelBuilder Input(string name, Tensor value)
    {
        Inputs.Add(name, value);
        return this;
    }

    /// <summary>Adds an initializer of random floats.</summary>
    public ModelBuilder Weight(string name, params long[] shape) => Weight(name, Random(shape));

    /// <summary>Adds an initializer.</summary>
    public ModelBuilder Weight(string name, Tensor value)
    {
        Initializers.Add(name, value);
        return this;
    }

    /// <summary>Adds an initializer of whole numbers.</summary>
    public ModelBuilder Numbers(string name, params long[] values) => Weight(name, tensor(values, ScalarType.Int64));

    /// <summary>Adds an initializer of one whole number without axes.</summary>
    public ModelBuilder Number(string name, long value) => Weight(name, tensor(value, ScalarType.Int64));

    /// <summary>Adds an initializer of floats.</summary>
    public ModelBuilder Reals(string name, params double[] values) => Weight(name, tensor(values, ScalarType.Float64).to(real));

    /// <summary>Adds an initializer of one float without axes.</summary>
    public ModelBuilder Real1(string name, double value) => Weight(name, tensor(value, ScalarType.Float64).to(real));

    /// <summary>Adds a node; an underscore is an input or output left out.</summary>
    public ModelBuilder Node(string operatorName, string inputs, string outputs, params (string Name, object Value)[] attributes)
    {
        var names = outputs.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        lastOutputs.Clear();
        lastOutputs.AddRange(names.Where(name => name != "_"));
        nodes.Add(graph => graph.Message(1, node =>
        {
            foreach (var input in inputs.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                node.Text(1, input == "_" ? string.Empty : input);
            }

            foreach (var output in names)
            {
                node.Text(2, output == "_" ? string.Empty : output);
            }

            var parts = operatorName.Split(':');
            node.Text(3, $"{parts[^1]} of {outputs}").Text(4, parts[^1]);
            foreach (var (name, value) in attributes)
            {
                node.Message(5, attribute => Attribute(attribute, name, value));
            }

            if (parts.Length > 1)
            {
                node.Text(7, parts[0]);
            }
        }));
        return this;
    }

    /// <summary>Adds bytes to the graph after its nodes.</summary>
    public ModelBuilder InGraph(Action<WireWriter> write)
    {
        nodes.Add(write);
        return this;
    }

    /// <summary>Adds bytes to the model after its graph.</summary>
    public ModelBuilder After(Action<WireWriter> write)
    {
        tail.Add(write);
        return this;
    }

    /// <summary>The graph's message, which is also what a branch of an If node holds.</summary>
    public byte[] Graph()
    {
        var graph = new WireWriter();
        foreach (var node in nodes)
        {
            node(graph);
        }

        graph.Text(2, "graph");
        foreach (var (name, value) in Initializers)
        {
            graph.Message(5, tensor => TensorProto.Write(tensor, name, value, Form));
        }

        foreach (var (name, value) in Inputs)
        {
            graph.Message(11, input => Value(input, name, TensorProto.TypeOf(value), DeclaredShapes.GetValueOrDefault(name) ?? [.. value.shape.Select(size => $"{size}")]));
        }

        foreach (var name in Outputs.Count > 0 ? Outputs : lastOutputs)
        {
            graph.Message(12, output => output.Text(1, name));
        }

        return graph.ToArray();
    }

    /// <summary>The file.</summary>
    public byte[] ToArray()
    {
        var model = new WireWriter().Number(1, 8).Text(2, "quietune tests").Bytes(7, Graph()).Message(8, set => set.Text(1, string.Empty).Number(2, opset));
        foreach (var write in tail)
        {
            write(model);
        }

        return model.ToArray();
    }

    private static void Value(WireWriter writer, string name, ElementType type, string[] shape) =>
        writer.Text(1, name).Message(2, holder => holder.Message(1, tensorType => tensorType.Number(1, (int)type).Message(2, dimensions =>
        {
            foreach (var size in shape)
            {
                dimensions.Message(1, dimension => _ = long.TryParse(size, out var number) ? dimension.Number(1, number) : dimension.Text(2, size));
            }
        })));

    private void Attribute(WireWriter writer, string name, object value)
    {
        writer.Text(1, name);
        switch (value)
        {
            case float or double:
                writer.Single(2, Convert.ToSingle(value)).Number(20, 1);
                break;
            case int or long or bool:
                writer.Number(3, Convert.ToInt64(value)).Number(20, 2);
                break;
            case string text:
                writer.Text(4, text).Number(20, 3);
                break;
            case Tensor tensor:
                writer.Message(5, message => TensorProto.Write(message, string.Empty, tensor, Form)).Number(20, 4);
                break;
            case ModelBuilder graph:
                writer.Bytes(6, graph.Graph()).Number(20, 5);
                break;
            case float[] singles:
                foreach (var single in singles)
                {
                    writer.Single(7, single);
                }

                writer.Number(20, 6);
                break;
            case long[] integers:
                writer.Packed(8, integers).Number(20, 7);
                break;
            case string[] texts:
                foreach (var text in texts)
                {
                    writer.Text(9, text);
                }

                writer.Number(20, 8);
                break;
            default:
                throw new NotSupportedException($"{value.GetType()}");
        }
    }
}
