using Quietune.Tuning.Gradients;
using TorchSharp;
using static TorchSharp.torch;

namespace Quietune.Onnx.Factors;

/// <summary>Records the planned uses while a graph runs.</summary>
/// <param name="graph">The graph.</param>
/// <param name="plan">What to record.</param>
/// <param name="rows">How many rows the batch has.</param>
internal sealed class UseRecorder(OnnxGraph graph, BlockPlan plan, long rows) : INodeObserver
{
    /// <summary>The uses so far.</summary>
    public List<ParameterUse> Uses { get; } = [];

    /// <inheritdoc/>
    public void Computed(OnnxNode node, IReadOnlyList<Tensor?> inputs, IReadOnlyList<Tensor> outputs)
    {
        // An output that leads nowhere differentiable must not be differentiated: that would end the process.
        if (plan.Recorded.TryGetValue(node, out var uses) && outputs[0].requires_grad)
        {
            Uses.AddRange(uses.Select(use => use.Record(graph, inputs, outputs[0], rows)));
        }
    }
}
