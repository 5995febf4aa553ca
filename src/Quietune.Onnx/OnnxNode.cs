using Quietune.Onnx.Format;

namespace Quietune.Onnx;

/// <summary>One operator of a graph, applied.</summary>
public sealed class OnnxNode
{
    internal OnnxNode(string name, int index, string operatorName, string domain, long operatorSet, string[] inputs, string[] outputs, IReadOnlyDictionary<string, OnnxAttribute> attributes)
    {
        Name = name;
        OperatorName = operatorName;
        Domain = domain;
        OperatorSet = operatorSet;
        Inputs = inputs;
        Outputs = outputs;
        Attributes = attributes;
        var operatorText = domain.Length == 0 ? operatorName : $"{domain}.{operatorName}";
        Label = $"node {(name.Length > 0 ? $"'{name}'" : $"#{index}")} ({operatorText}, opset {operatorSet})";
        Reads = [.. inputs.Where(input => input.Length > 0), .. attributes.Values.SelectMany(attribute => attribute.Graphs).SelectMany(graph => graph.Captures)];
    }

    /// <summary>The name; may be empty, need not be unique.</summary>
    public string Name { get; }

    /// <summary>The operator, such as <c>Conv</c>.</summary>
    public string OperatorName { get; }

    /// <summary>The operator's domain; empty for ONNX's own.</summary>
    public string Domain { get; }

    /// <summary>The version of the domain's operator set that the model imports.</summary>
    public long OperatorSet { get; }

    /// <summary>The names of the input values; an empty name is an input left out.</summary>
    public IReadOnlyList<string> Inputs { get; }

    /// <summary>The names of the output values; an empty name is an output left out.</summary>
    public IReadOnlyList<string> Outputs { get; }

    /// <summary>The node as messages name it, such as <c>node 'conv1' (Conv, opset 13)</c>.</summary>
    public string Label { get; }

    internal IReadOnlyDictionary<string, OnnxAttribute> Attributes { get; }

    /// <summary>All values of the surrounding graph that this node reads, those read by its subgraphs among them.</summary>
    internal IReadOnlyList<string> Reads { get; }

    /// <summary>The node's label.</summary>
    public override string ToString() => Label;
}
