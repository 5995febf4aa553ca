using static TorchSharp.torch;

namespace Quietune.Onnx;

/// <summary>Sees each node of a graph as it is computed, which is how a layer's inputs and outputs are recorded.</summary>
public interface INodeObserver
{
    /// <summary>Called after a node was computed.</summary>
    /// <param name="node">The node.</param>
    /// <param name="inputs">Its input tensors; null for an input left out. They live in the caller's dispose scope.</param>
    /// <param name="outputs">Its output tensors, the very ones that later nodes read. They live in the caller's dispose scope.</param>
    void Computed(OnnxNode node, IReadOnlyList<Tensor?> inputs, IReadOnlyList<Tensor> outputs);
}
