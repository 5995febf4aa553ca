using Quietune.Onnx.Tests.Building;
using TorchSharp;
using static TorchSharp.torch;

namespace Quietune.Onnx.Tests.Cases;

/// <summary>Recurrent layers.</summary>
internal static class RecurrentCases
{
    public static IEnumerable<OperatorCase> All
    {
        get
        {
            foreach (var (name, gates, outputs) in new[] { ("LSTM", 4, "y h c"), ("GRU", 3, "y h"), ("RNN", 1, "y h") })
            {
                foreach (var direction in new[] { "forward", "reverse", "bidirectional" })
                {
                    yield return new($"{name} {direction}", 7, model => Layer(model, gates, direction).Node(name, "x w r b", outputs, ("hidden_size", 3), ("direction", direction)));
                }

                yield return new($"{name} with lengths", 14, model => Layer(model, gates, "bidirectional").Weight("l", tensor([2, 4, 1], ScalarType.Int32)).Node(name, "x w r b l", outputs, ("hidden_size", 3), ("direction", "bidirectional")));
                yield return new($"{name} with a first state", 22, model => Layer(model, gates, "forward").Weight("h0", 1, 3, 3).Node(name, "x w r _ _ h0", outputs, ("hidden_size", 3)));
            }

            yield return new("LSTM with peepholes and a first state", 7, model => Layer(model, 4, "forward").Weight("h0", 1, 3, 3).Weight("c0", 1, 3, 3).Weight("p", 1, 9).Node("LSTM", "x w r b _ h0 c0 p", "y h c", ("hidden_size", 3)));
            yield return new("LSTM with one gate for input and forgetting", 14, model => Layer(model, 4, "forward").Node("LSTM", "x w r b", "y h c", ("hidden_size", 3), ("input_forget", 1)));
            yield return new("LSTM with other functions", 14, model => Layer(model, 4, "bidirectional").Node("LSTM", "x w r b", "y h c", ("hidden_size", 3), ("direction", "bidirectional"), ("activations", new[] { "HardSigmoid", "Softsign", "Tanh", "Sigmoid", "Relu", "Tanh" }), ("activation_alpha", new[] { 0.3f }), ("activation_beta", new[] { 0.4f })));
            yield return new("LSTM with a clip", 14, model => Layer(model, 4, "forward").Node("LSTM", "x w r b", "y h c", ("hidden_size", 3), ("clip", 0.4f)));
            yield return new("GRU with the reset after", 7, model => Layer(model, 3, "bidirectional").Node("GRU", "x w r b", "y h", ("hidden_size", 3), ("direction", "bidirectional"), ("linear_before_reset", 1)));
            yield return new("LSTM last state alone", 14, model => Layer(model, 4, "forward").Node("LSTM", "x w r b", "_ h", ("hidden_size", 3)));
        }
    }

    private static ModelBuilder Layer(ModelBuilder model, long gates, string direction)
    {
        var directions = direction == "bidirectional" ? 2 : 1;
        return model.Input("x", 4, 3, 2).Weight("w", directions, gates * 3, 2).Weight("r", directions, gates * 3, 3).Weight("b", directions, 2 * gates * 3);
    }
}
