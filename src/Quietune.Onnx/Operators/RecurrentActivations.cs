using Quietune.Onnx.Execution;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Quietune.Onnx.Operators;

/// <summary>The functions of a recurrent layer's gates, each after a clip of what goes in.</summary>
internal sealed class RecurrentActivations
{
    private readonly Func<Tensor, Tensor>[] functions;

    /// <summary>Reads the functions of a direction.</summary>
    /// <param name="call">The node.</param>
    /// <param name="direction">0 for the first direction, 1 for the second.</param>
    /// <param name="missing">The functions where the node names none.</param>
    public RecurrentActivations(NodeCall call, int direction, string[] missing)
    {
        var given = call.Texts("activations") is { Length: > 0 } texts ? texts : [.. missing, .. missing];
        var first = direction * missing.Length;
        call.Check(given.Length >= first + missing.Length, $"{missing.Length} activations for each direction", $"{given.Length}");
        var (alphas, betas) = (Parameters(call.Singles("activation_alpha")), Parameters(call.Singles("activation_beta")));
        var limit = call.Has("clip") ? call.Single("clip", 0) : float.PositiveInfinity;
        functions = [.. given.Skip(first).Take(missing.Length).Select((name, i) => Clipped(Function(call, name, alphas(first + i), betas(first + i))))];

        Func<Tensor, Tensor> Clipped(Func<Tensor, Tensor> function) =>
            float.IsFinite(limit) ? x => function(x.clamp(-limit, limit)) : function;
    }

    /// <summary>A function by its place in the specification (f, g, h).</summary>
    public Func<Tensor, Tensor> this[int index] => functions[index];

    private static Func<int, float?> Parameters(float[]? values) => index => values is not null && index < values.Length ? values[index] : null;

    private static Func<Tensor, Tensor> Function(NodeCall call, string name, float? alpha, float? beta) => name.ToUpperInvariant() switch
    {
        "SIGMOID" => x => x.sigmoid(),
        "TANH" => x => x.tanh(),
        "RELU" => x => x.relu(),
        "SOFTSIGN" => x => x / (1 + x.abs()),
        "SOFTPLUS" => x => softplus(x),
        "ELU" => x => elu(x, alpha ?? 1),
        "LEAKYRELU" => x => leaky_relu(x, alpha ?? 0.01f),
        "THRESHOLDEDRELU" => x => ActivationOperators.Above(x, alpha ?? 1),
        "HARDSIGMOID" => x => ActivationOperators.HardSigmoid(x, alpha ?? 0.2f, beta ?? 0.5f),
        "SCALEDTANH" => x => (x * (beta ?? 1)).tanh() * (alpha ?? 1),
        "AFFINE" => x => (x * (alpha ?? 1)) + (beta ?? 0),
        _ => throw call.Wrong("a known activation", $"'{name}'"),
    };
}
