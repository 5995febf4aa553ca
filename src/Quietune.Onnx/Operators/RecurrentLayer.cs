using Quietune.Onnx.Execution;
using Quietune.Onnx.Format;
using static TorchSharp.torch;

namespace Quietune.Onnx.Operators;

/// <summary>The parameters of one direction of a recurrent layer.</summary>
internal sealed class RecurrentLayer
{
    /// <summary>Reads the parameters of a direction.</summary>
    /// <param name="call">The node.</param>
    /// <param name="direction">0 for the first direction, 1 for the second.</param>
    /// <param name="gateCount">How many gates the layer has.</param>
    /// <param name="activations">The layer's functions.</param>
    public RecurrentLayer(NodeCall call, int direction, long gateCount, RecurrentActivations activations)
    {
        Activations = activations;
        Weight = call.Input(1).select(0, direction);
        Recurrence = call.Input(2).select(0, direction);
        Hidden = Recurrence.shape[1];
        var rows = gateCount * Hidden;
        var bias = call.Optional(3)?.select(0, direction) ?? zeros([2 * rows], Weight.dtype, Weight.device);
        call.Check(bias.dim() == 1 && bias.shape[0] == 2 * rows, $"{2 * rows} biases", Shapes.Text(bias.shape));
        InputBias = bias.slice(0, 0, rows, 1);
        RecurrentBias = bias.slice(0, rows, 2 * rows, 1);
        Peepholes = call.Optional(7)?.select(0, direction);
    }

    /// <summary>The functions that the gates pass through.</summary>
    public RecurrentActivations Activations { get; }

    /// <summary>The size of the hidden state.</summary>
    public long Hidden { get; }

    /// <summary>The weight of the inputs, [gates·H, I].</summary>
    public Tensor Weight { get; }

    /// <summary>The weight of the hidden state, [gates·H, H].</summary>
    public Tensor Recurrence { get; }

    /// <summary>The bias beside the inputs, [gates·H].</summary>
    public Tensor InputBias { get; }

    /// <summary>The bias beside the hidden state, [gates·H].</summary>
    public Tensor RecurrentBias { get; }

    /// <summary>The weights of the cell state in the gates, [3·H], or null.</summary>
    public Tensor? Peepholes { get; }
}
