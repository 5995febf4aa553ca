using Quietune.Onnx.Format;
using TorchSharp;
using static TorchSharp.torch;

namespace Quietune.Onnx.Execution;

/// <summary>What an operator sees of the node it computes: inputs, attributes, version, and how to refuse.</summary>
internal sealed class NodeCall
{
    private readonly GraphRun run;
    private readonly OnnxNode node;
    private readonly Tensor?[] inputs;
    private readonly ValueScope values;
    private readonly Device device;

    /// <summary>A call of an operator.</summary>
    /// <param name="run">The run.</param>
    /// <param name="node">The node.</param>
    /// <param name="inputs">Its inputs; null for one left out.</param>
    /// <param name="values">The values around it, for its subgraphs.</param>
    public NodeCall(GraphRun run, OnnxNode node, Tensor?[] inputs, ValueScope values)
    {
        this.run = run;
        this.node = node;
        this.inputs = inputs;
        this.values = values;
        device = inputs.FirstOrDefault(input => input is not null && input.device_type != DeviceType.CPU)?.device ?? CPU;
    }

    /// <summary>The version of the operator set.</summary>
    public long Version => node.OperatorSet;

    /// <summary>How many inputs the node lists, those left out at the end not among them.</summary>
    public int InputCount => Array.FindLastIndex(inputs, input => input is not null) + 1;

    /// <summary>How many outputs the node lists.</summary>
    public int OutputCount => node.Outputs.Count;

    /// <summary>Whether the node names output <paramref name="index"/>.</summary>
    public bool HasOutput(int index) => index < node.Outputs.Count && node.Outputs[index].Length > 0;

    /// <summary>An input that must be there, on the device of the node's other inputs.</summary>
    public Tensor Input(int index) => Optional(index) ?? throw Wrong($"an input {index}", "none");

    /// <summary>An input, or null when it is left out.</summary>
    public Tensor? Optional(int index) =>
        index >= inputs.Length || inputs[index] is not { } input ? null : input.device_type == device.type ? input : input.to(device);

    /// <summary>All inputs.</summary>
    public IEnumerable<Tensor> Inputs() => Enumerable.Range(0, InputCount).Select(Input);

    /// <summary>Whether the elements of the graph's inputs, not their shapes alone, went into an input.</summary>
    public bool DependsOnData(int index) => values.DependsOnData(node.Inputs[index]);

    /// <summary>The numbers of an input such as a shape, read exactly; null when it is left out.</summary>
    public long[]? OptionalIntegers(int index)
    {
        if (index >= inputs.Length || inputs[index] is not { } input)
        {
            return null;
        }

        if (input.is_floating_point() || input.dtype == ScalarType.Bool)
        {
            throw Wrong($"whole numbers as input {index}", input.dtype.ToString());
        }

        return input.detach().to(ScalarType.Int64).cpu().contiguous().data<long>().ToArray();
    }

    /// <summary>The numbers of an input that must be there.</summary>
    public long[] Integers(int index) => OptionalIntegers(index) ?? throw Wrong($"an input {index}", "none");

    /// <summary>The one number of an input that must be there.</summary>
    public long Integer(int index) => Integers(index) is [var only] ? only : throw Wrong($"one number as input {index}", $"{Integers(index).Length}");

    /// <summary>The one number of an input, or null when it is left out.</summary>
    public Scalar? OptionalScalar(int index)
    {
        if (Optional(index) is not { } input)
        {
            return null;
        }

        return input.NumberOfElements == 1 ? input.detach().reshape([]).ToScalar() : throw Wrong($"one number as input {index}", Shapes.Text(input.shape));
    }

    /// <summary>The one number of an input that must be there.</summary>
    public Scalar Scalar(int index) => OptionalScalar(index) ?? throw Wrong($"an input {index}", "none");

    /// <summary>Whether the node has the attribute.</summary>
    public bool Has(string name) => node.Attributes.ContainsKey(name);

    /// <summary>A float attribute.</summary>
    public float Single(string name, float missing) => Attribute(name, AttributeKind.Single)?.Single ?? missing;

    /// <summary>A whole-number attribute.</summary>
    public long Integer(string name, long missing) => Attribute(name, AttributeKind.Integer)?.Integer ?? missing;

    /// <summary>Whether a whole-number attribute is not 0.</summary>
    public bool Flag(string name, bool missing = false) => Integer(name, missing ? 1 : 0) != 0;

    /// <summary>A text attribute.</summary>
    public string Text(string name, string missing) => Attribute(name, AttributeKind.Text)?.Text ?? missing;

    /// <summary>An attribute of whole numbers, or null.</summary>
    public long[]? Integers(string name) => Attribute(name, AttributeKind.Integers)?.Integers.ToArray();

    /// <summary>An attribute of floats, or null.</summary>
    public float[]? Singles(string name) => Attribute(name, AttributeKind.Singles)?.Singles.ToArray();

    /// <summary>An attribute of texts, or null.</summary>
    public string[]? Texts(string name) => Attribute(name, AttributeKind.Texts)?.Texts.ToArray();

    /// <summary>A tensor attribute, or null.</summary>
    public Tensor? Tensor(string name) => Attribute(name, AttributeKind.Tensor)?.Tensors is [var only] ? run.Constant(only) : null;

    /// <summary>Runs a graph attribute with the values around the node.</summary>
    public Tensor[] Run(string name) => Attribute(name, AttributeKind.Graph)?.Graphs is [var only]
        ? run.Run(only, values, node.Label)
        : throw Wrong($"a graph '{name}'", "none");

    /// <summary>An axis counted from the front.</summary>
    /// <param name="axis">The axis, counted from the end when negative.</param>
    /// <param name="rank">The number of axes.</param>
    public int Axis(long axis, long rank) => axis >= -rank && axis < rank
        ? (int)(axis < 0 ? axis + rank : axis)
        : throw Wrong($"an axis from {-rank} to {rank - 1}", $"{axis}");

    /// <summary>Different axes counted from the front.</summary>
    public long[] Axes(IEnumerable<long> axes, long rank)
    {
        var counted = axes.Select(axis => (long)Axis(axis, rank)).ToArray();
        return counted.Distinct().Count() == counted.Length ? counted : throw Wrong("different axes", Shapes.Text(counted));
    }

    /// <summary>Refuses a value too large to be made.</summary>
    /// <param name="shape">The shape it would have.</param>
    /// <param name="type">The type of its elements.</param>
    public void Reserve(IEnumerable<long> shape, ScalarType type)
    {
        var sizes = shape.ToArray();
        var bytes = sizes.Aggregate((double)type.ElementSize(), (product, size) => product * size);
        if (sizes.Any(size => size < 0) || bytes > run.LargestValueBytes)
        {
            throw Wrong($"a value of at most {run.LargestValueBytes} bytes", $"one of shape {Shapes.Text(sizes)}");
        }
    }

    /// <summary>The shape that tensors have together, by the rules of broadcasting; refuses one that is too large.</summary>
    public long[] Broadcast(params IEnumerable<Tensor> tensors)
    {
        var all = tensors.ToList();
        return Broadcast(all.FirstOrDefault()?.dtype ?? ScalarType.Byte, [.. all.Select(tensor => tensor.shape)]);
    }

    /// <summary>The shape that shapes make together, by the rules of broadcasting; refuses one that is too large.</summary>
    public long[] Broadcast(ScalarType type, params IReadOnlyList<long[]> shapes)
    {
        Check(shapes.Count > 0, "an input", "none");
        var together = new long[shapes.Max(shape => shape.Length)];
        for (var i = 1; i <= together.Length; i++)
        {
            var sizes = shapes.Where(shape => shape.Length >= i).Select(shape => shape[^i]).Where(size => size != 1).Distinct().ToList();
            together[^i] = sizes.Count switch
            {
                0 => 1,
                1 => sizes[0],
                _ => throw Wrong("shapes that can be broadcast", string.Join(", ", shapes.Select(Shapes.Text))),
            };
        }

        Reserve(together, type);
        return together;
    }

    /// <summary>Requires a condition.</summary>
    public void Check(bool condition, string expected, string got)
    {
        if (!condition)
        {
            throw Wrong(expected, got);
        }
    }

    /// <summary>An error about this node.</summary>
    public InvalidDataException Wrong(string expected, string got) => Refusal.Of(run.Path, $"{node.Label}: expected {expected}, got {got}.");

    private OnnxAttribute? Attribute(string name, AttributeKind kind)
    {
        var attribute = node.Attributes.GetValueOrDefault(name);
        return attribute is null || attribute.Kind == kind || attribute.Kind == AttributeKind.None
            ? attribute
            : throw Wrong($"attribute '{name}' as {kind}", attribute.Kind.ToString());
    }
}
