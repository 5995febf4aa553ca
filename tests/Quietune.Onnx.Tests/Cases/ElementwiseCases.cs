using TorchSharp;
using static TorchSharp.torch;

namespace Quietune.Onnx.Tests.Cases;

/// <summary>Functions and activations of one tensor.</summary>
internal static class ElementwiseCases
{
    private static readonly string[] Everywhere = ["Abs", "Neg", "Exp", "Erf", "Sin", "Cos", "Tan", "Atan", "Sinh", "Cosh", "Tanh", "Asinh", "Relu", "LeakyRelu", "Elu", "Selu", "Sigmoid", "HardSigmoid", "Softplus", "Softsign", "ThresholdedRelu", "Shrink", "Identity"];
    private static readonly string[] Steps = ["Floor", "Ceil", "Sign", "Round"];

    public static IEnumerable<OperatorCase> All => [.. Functions, .. Activations, .. Softmaxes];

    private static IEnumerable<OperatorCase> Functions
    {
        get
        {
            foreach (var name in Everywhere)
            {
                yield return At(name, 13, -2, -0.7, -0.1, 0.2, 0.6, 3);
            }

            foreach (var name in Steps)
            {
                yield return At(name, 13, -2.5, -1.5, -0.4, 0.5, 1.5, 2.7) with { HasGradient = false };
            }

            foreach (var name in new[] { "Sqrt", "Log", "Reciprocal" })
            {
                yield return At(name, 13, 0.2, 0.7, 1, 5);
            }

            foreach (var name in new[] { "Asin", "Acos", "Atanh" })
            {
                yield return At(name, 13, -0.9, -0.3, 0.1, 0.8);
            }

            yield return At("Acosh", 13, 1.1, 2, 7);
            yield return new("BitwiseNot", 18, model => model.Input("x", tensor([0, 5, -7], ScalarType.Int32)).Node("BitwiseNot", "x", "y")) { HasGradient = false };
            yield return new("Not", 7, model => model.Input("x", tensor([true, false])).Node("Not", "x", "y")) { HasGradient = false };
            yield return new("IsNaN", 13, model => model.Input("x", tensor([1, float.NaN, float.PositiveInfinity])).Node("IsNaN", "x", "y")) { HasGradient = false };
            foreach (var (negative, positive) in new[] { (1, 1), (1, 0), (0, 1), (0, 0) })
            {
                yield return new($"IsInf {negative} {positive}", 10, model => model.Input("x", tensor([1, float.NegativeInfinity, float.PositiveInfinity]))
                    .Node("IsInf", "x", "y", ("detect_negative", negative), ("detect_positive", positive)))
                { HasGradient = false };
            }

            foreach (var type in new[] { ScalarType.Int32, ScalarType.Int64, ScalarType.Int8, ScalarType.Byte, ScalarType.Bool, ScalarType.Float64, ScalarType.Float16 })
            {
                yield return new($"Cast to {type}", 13, model => model.Input("x", tensor(new[] { 0.0, 1.7, 2.2, 100.5 }).to(model.Real))
                    .Node("Cast", "x", "y", ("to", (long)Building.TensorProto.TypeOf(zeros(1, type)))))
                { HasGradient = false };
            }

            yield return new("Cast and back", 9, model => model.Input("x", 3).Node("Cast", "x", "d", ("to", 11)).Node("Mul", "d d", "e").Node("Cast", "e", "y", ("to", 1))) { HasGradient = false };
            yield return new("Cast of negative numbers truncates", 13, model => model.Input("x", tensor([-1.7f, -0.2f, 0.9f])).Node("Cast", "x", "y", ("to", 7))) { HasGradient = false };
            yield return new("CastLike", 15, model => model.Input("x", 3).Numbers("like", 1).Node("CastLike", "x like", "y")) { HasGradient = false };
        }
    }

    private static IEnumerable<OperatorCase> Activations
    {
        get
        {
            yield return One("LeakyRelu", 16, ("alpha", 0.3f));
            yield return One("Elu", 7, ("alpha", 0.7f));
            yield return One("Selu", 7, ("alpha", 1.2f), ("gamma", 0.9f));
            yield return One("HardSigmoid", 7, ("alpha", 0.3f), ("beta", 0.4f));
            yield return One("ThresholdedRelu", 10, ("alpha", 0.4f));
            yield return One("Shrink", 9, ("lambd", 0.55f), ("bias", 0.1f));
            yield return One("Celu", 12, ("alpha", 0.7f));
            yield return One("Gelu", 20);
            yield return One("Gelu", 20, ("approximate", "tanh"));
            yield return One("HardSwish", 14);
            yield return One("Mish", 18);
            yield return One("Swish", 24, ("alpha", 1.3f));
            foreach (var opset in new[] { 7, 9, 16 })
            {
                yield return new("PRelu", opset, model => model.Input("x", 2, 3, 4).Weight("slope", 3, 1).Node("PRelu", "x slope", "y"));
            }

            yield return One("Clip", 7, ("min", -0.5f), ("max", 1.5f));
            yield return One("Clip", 7);
            yield return new("Clip by inputs", 11, model => model.Input("x", 3, 4).Real1("low", -0.5).Real1("high", 0.6).Node("Clip", "x low high", "y"));
            yield return new("Clip above", 13, model => model.Input("x", 3, 4).Real1("high", 0.6).Node("Clip", "x _ high", "y"));
            yield return new("Clip of crossed bounds", 13, model => model.Input("x", 3, 4).Real1("low", 0.5).Real1("high", -0.5).Node("Clip", "x low high", "y"));
            yield return new("Clip of whole numbers", 12, model => model.Input("x", tensor([-5L, 0, 9])).Number("low", -1).Number("high", 4).Node("Clip", "x low high", "y")) { HasGradient = false };
            foreach (var opset in new[] { 7, 10, 12, 13, 22 })
            {
                yield return new("Dropout", opset, model => model.Input("x", 3, 4).Node("Dropout", "x", "y"));
            }

            yield return new("Dropout with mask", 12, model => model.Input("x", 3, 4).Node("Dropout", "x", "y mask"));
        }
    }

    private static IEnumerable<OperatorCase> Softmaxes
    {
        get
        {
            foreach (var name in new[] { "Softmax", "LogSoftmax", "Hardmax" })
            {
                foreach (var opset in new[] { 7, 11, 13 })
                {
                    yield return new($"{name} default", opset, model => model.Input("x", 2, 3, 4).Node(name, "x", "y")) { HasGradient = name != "Hardmax" };
                    yield return new($"{name} axis 1", opset, model => model.Input("x", 2, 3, 4).Node(name, "x", "y", ("axis", 1))) { HasGradient = name != "Hardmax" };
                }

                yield return new($"{name} axis -2", 13, model => model.Input("x", 2, 3, 4).Node(name, "x", "y", ("axis", -2))) { HasGradient = name != "Hardmax" };
            }
        }
    }

    private static OperatorCase At(string name, long opset, params double[] values) =>
        new(name, opset, model => model.Input("x", tensor(values).to(model.Real)).Node(name, "x", "y"));

    private static OperatorCase One(string name, long opset, params (string Name, object Value)[] attributes) =>
        new($"{name} {string.Join(" ", attributes)}", opset, model => model.Input("x", 3, 4).Node(name, "x", "y", attributes));
}
