using Quietune.Onnx.Execution;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Quietune.Onnx.Operators;

/// <summary>Activation functions.</summary>
/// <remarks>Source: ONNX specification, "Operators".</remarks>
internal static class ActivationOperators
{
    /// <summary>Adds the family.</summary>
    public static void AddTo(OperatorTable table)
    {
        table.Add("Relu", call => call.Input(0).relu());
        table.Add("LeakyRelu", call => leaky_relu(call.Input(0), call.Single("alpha", 0.01f)));
        table.Add("PRelu", ParametricRelu);
        table.Add("ThresholdedRelu", call => Above(call.Input(0), call.Single("alpha", 1)), since: 10);
        table.Add("Elu", call => elu(call.Input(0), call.Single("alpha", 1)));
        table.Add("Selu", call => call.Single("gamma", 1.05070102214813232421875f) * elu(call.Input(0), call.Single("alpha", 1.67326319217681884765625f)));
        table.Add("Celu", call => celu(call.Input(0), call.Single("alpha", 1)), since: 12);
        table.Add("Gelu", Gelu, since: 20);
        table.Add("Sigmoid", call => call.Input(0).sigmoid());
        table.Add("HardSigmoid", call => HardSigmoid(call.Input(0), call.Single("alpha", 0.2f), call.Single("beta", 0.5f)));
        table.Add("HardSwish", call => call.Input(0) * HardSigmoid(call.Input(0), 1f / 6, 0.5f), since: 14);
        table.Add("Swish", call => call.Input(0) * (call.Input(0) * call.Single("alpha", 1)).sigmoid(), since: 24);
        table.Add("Mish", call => mish(call.Input(0)), since: 18);
        table.Add("Softplus", call => softplus(call.Input(0)));
        table.Add("Softsign", call => call.Input(0) / (1 + call.Input(0).abs()));
        table.Add("Shrink", Shrink, since: 9);
        table.Add("Clip", Clip);
        table.Add("Softmax", call => Over(call, (x, axis) => x.softmax(axis)));
        table.Add("LogSoftmax", call => Over(call, (x, axis) => x.log_softmax(axis)));
        table.Add("Hardmax", call => Over(call, Hardmax));
    }

    /// <summary>The line αx + β cut off at 0 and 1.</summary>
    public static Tensor HardSigmoid(Tensor x, float alpha, float beta) => ((x * alpha) + beta).clamp(0, 1);

    /// <summary>The elements above a threshold, others 0.</summary>
    public static Tensor Above(Tensor x, float threshold) => where(x.gt(threshold), x, zeros_like(x));

    private static Tensor ParametricRelu(NodeCall call)
    {
        var (x, slope) = (call.Input(0), call.Input(1));
        _ = call.Broadcast(x, slope);
        return where(x.lt(0), x * slope, x);
    }

    private static Tensor Gelu(NodeCall call) => call.Text("approximate", "none") switch
    {
        "none" => gelu(call.Input(0)),
        "tanh" => gelu(call.Input(0), GELU.Approximate.tanh),
        var other => throw call.Wrong("approximate none or tanh", $"'{other}'"),
    };

    private static Tensor Shrink(NodeCall call)
    {
        var (x, threshold, bias) = (call.Input(0), call.Single("lambd", 0.5f), call.Single("bias", 0));
        return where(x.lt(-threshold), x + bias, where(x.gt(threshold), x - bias, zeros_like(x))).to(x.dtype);
    }

    /// <summary>Bounds are attributes before version 11, then inputs; where the lower lies above the upper, the upper wins.</summary>
    private static Tensor Clip(NodeCall call)
    {
        var x = call.Input(0);
        if (call.Version < 11)
        {
            return x.clamp(call.Single("min", float.MinValue), call.Single("max", float.MaxValue));
        }

        var (least, most) = (call.Optional(1)?.reshape([]), call.Optional(2)?.reshape([]));
        return least is null && most is null ? x : x.clamp(least, most);
    }

    /// <summary>Before version 13, all axes from the given one on are one; then it is the axis alone.</summary>
    private static Tensor Over(NodeCall call, Func<Tensor, long, Tensor> compute)
    {
        var x = call.Input(0);
        if (call.Version >= 13)
        {
            return compute(x, call.Axis(call.Integer("axis", -1), x.dim()));
        }

        var axis = call.Axis(call.Integer("axis", 1), x.dim());
        return x.NumberOfElements == 0 ? x : compute(x.flatten(axis), axis).reshape(x.shape);
    }

    private static Tensor Hardmax(Tensor x, long axis) =>
        zeros_like(x).scatter(axis, x.argmax(axis, keepdim: true), ones_like(x));
}
