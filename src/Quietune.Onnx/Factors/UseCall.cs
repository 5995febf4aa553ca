using Quietune.Onnx.Execution;
using static TorchSharp.torch;

namespace Quietune.Onnx.Factors;

/// <summary>A use site in one forward pass.</summary>
/// <param name="Site">The place; its shapes are this pass's.</param>
/// <param name="Graph">The graph.</param>
/// <param name="Inputs">The node's inputs.</param>
/// <param name="Output">Its first output.</param>
/// <param name="Rows">How many rows the batch has.</param>
internal sealed record UseCall(UseSite Site, OnnxGraph Graph, IReadOnlyList<Tensor?> Inputs, Tensor Output, long Rows)
{
    /// <summary>Where the rows lie in the output.</summary>
    public RowLayout Layout => Site.Layout!.Value;

    /// <summary>An input that must be there, outside of the graph of gradients, as float32.</summary>
    public Tensor Input(int slot) => Inputs[slot]!.detach().to_type(ScalarType.Float32);

    /// <summary>The node as operators see it.</summary>
    public NodeCall Node => new(new GraphRun(Graph, null), Site.Node, [.. Inputs.Select(input => input?.detach())], new ValueScope(null));

    /// <summary>The node's first output, had it these inputs; as float32.</summary>
    public Tensor Recomputed(Tensor?[] inputs) => Graph.Compute(Site.Node, inputs)[0].to_type(ScalarType.Float32);
}
