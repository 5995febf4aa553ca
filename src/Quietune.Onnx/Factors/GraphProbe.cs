using static TorchSharp.torch;

namespace Quietune.Onnx.Factors;

/// <summary>Notes the shapes and types of all values in a run.</summary>
/// <param name="graph">The graph.</param>
internal sealed class GraphProbe(OnnxGraph graph) : INodeObserver
{
    private static readonly HashSet<string> Views = ["Identity", "Reshape", "Transpose", "Flatten", "Squeeze", "Unsqueeze", "Slice", "Split", "Expand"];

    private readonly HashSet<OnnxNode> nodes = [.. graph.Nodes];

    /// <summary>Shapes by value name.</summary>
    public Dictionary<string, long[]> Shapes { get; } = [];

    /// <summary>The values by name; they live in the scope of the run.</summary>
    public Dictionary<string, Tensor> Values { get; } = [];

    /// <summary>Bytes of all values that nodes made, those that share the memory of others not counted.</summary>
    public long MadeBytes { get; private set; }

    /// <summary>Bytes of the largest of these values.</summary>
    public long LargestBytes { get; private set; }

    /// <inheritdoc/>
    public void Computed(OnnxNode node, IReadOnlyList<Tensor?> inputs, IReadOnlyList<Tensor> outputs)
    {
        if (!nodes.Contains(node))
        {
            return;         // of a branch, whose names may be those of other values
        }

        foreach (var output in Views.Contains(node.OperatorName) ? [] : outputs)
        {
            var bytes = output.numel() * output.ElementSize;
            MadeBytes += bytes;
            LargestBytes = Math.Max(LargestBytes, bytes);
        }

        for (var i = 0; i < node.Inputs.Count; i++)
        {
            Note(node.Inputs[i], inputs[i]);
        }

        for (var i = 0; i < Math.Min(outputs.Count, node.Outputs.Count); i++)
        {
            Note(node.Outputs[i], outputs[i]);
        }
    }

    private void Note(string name, Tensor? value)
    {
        if (name.Length > 0 && value is not null)
        {
            Shapes[name] = value.shape;
            Values[name] = value;
        }
    }
}
