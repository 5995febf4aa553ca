using TorchSharp;
using static TorchSharp.torch;

namespace Quietune.Onnx.Tests.Cases;

/// <summary>Arithmetic, comparison and logic of several tensors.</summary>
internal static class ArithmeticCases
{
    public static IEnumerable<OperatorCase> All => [.. Arithmetic, .. WholeNumbers, .. Comparisons];

    private static IEnumerable<OperatorCase> Arithmetic
    {
        get
        {
            foreach (var name in new[] { "Add", "Sub", "Mul", "Div" })
            {
                yield return new($"{name} broadcast", 7, model => model.Input("x", 2, 3, 4).Weight("w", 3, 1).Node(name, "x w", "y"));
                yield return new($"{name} broadcast", 14, model => model.Input("x", 4).Weight("w", 2, 3, 1).Node(name, "x w", "y"));
            }

            foreach (var name in new[] { "Max", "Min", "Sum", "Mean" })
            {
                yield return new($"{name} of three", 8, model => model.Input("x", 2, 3).Weight("w", 3).Weight("v", 2, 1).Node(name, "x w v", "y"));
                yield return new($"{name} of one", 13, model => model.Input("x", 2, 3).Node(name, "x", "y"));
            }

            foreach (var opset in new[] { 7, 12, 15 })
            {
                yield return new("Pow", opset, model => model.Input("x", model.Random(2, 3).abs() + 0.1).Weight("w", 3).Node("Pow", "x w", "y"));
            }

            yield return new("Pow of float by int", 12, model => model.Input("x", 2, 3).Numbers("w", 2, 3, 1).Node("Pow", "x w", "y"));
            yield return new("Pow of int by float", 12, model => model.Input("x", tensor([2L, 3, 4])).Weight("w", tensor([2f, 1, 0.5f])).Node("Pow", "x w", "y")) { HasGradient = false };
            yield return new("Mod of floats", 13, model => model.Input("x", 7).Weight("w", tensor(new[] { 0.7, -0.7, 0.9, 2, -2, 0.3, 0.4 }).to(model.Real)).Node("Mod", "x w", "y", ("fmod", 1))) { HasGradient = false };
        }
    }

    private static IEnumerable<OperatorCase> WholeNumbers
    {
        get
        {
            foreach (var fmod in new[] { 0, 1 })
            {
                yield return new($"Mod {fmod}", 10, model => model.Input("x", tensor([-7L, 7, -7, 7, 5])).Numbers("w", 3, 3, -3, -3, -1).Node("Mod", "x w", "y", ("fmod", fmod))) { HasGradient = false };
            }

            yield return new("Div of whole numbers truncates", 14, model => model.Input("x", tensor([-7L, 7, -7, 7, -1])).Numbers("w", 3, 3, -3, -3, -1).Node("Div", "x w", "y")) { HasGradient = false };
            foreach (var direction in new[] { "LEFT", "RIGHT" })
            {
                yield return new($"BitShift {direction}", 11, model => model.Input("x", tensor(new byte[] { 1, 200, 255 })).Weight("w", tensor(new byte[] { 3, 1, 7 })).Node("BitShift", "x w", "y", ("direction", direction))) { HasGradient = false };
            }

            foreach (var name in new[] { "BitwiseAnd", "BitwiseOr", "BitwiseXor" })
            {
                yield return new(name, 18, model => model.Input("x", tensor([1, 200, -7])).Weight("w", tensor([3, 77, 255])).Node(name, "x w", "y")) { HasGradient = false };
            }

            yield return new("Large whole numbers stay exact", 13, model => model.Input("x", tensor([(1L << 53) + 1])).Numbers("w", 3).Node("Mul", "x w", "z").Node("Sub", "z x", "y")) { HasGradient = false };
        }
    }

    private static IEnumerable<OperatorCase> Comparisons
    {
        get
        {
            foreach (var (name, opset) in new[] { ("Equal", 7), ("Less", 7), ("Greater", 7), ("Equal", 13), ("LessOrEqual", 12), ("GreaterOrEqual", 16) })
            {
                yield return new($"{name} of whole numbers", Math.Max(opset, name is "Less" or "Greater" ? 9 : 7), model => model.Input("x", tensor([1L, 2, 3])).Weight("w", tensor([2L, 3]).unsqueeze(1)).Node(name, "x w", "y")) { HasGradient = false };
                if (name != "Equal" || opset > 7)
                {
                    yield return new($"{name} of floats", opset, model => model.Input("x", tensor([1f, 2, float.NaN])).Weight("w", tensor([2f, 2, 3])).Node(name, "x w", "y")) { HasGradient = false };
                }
            }

            foreach (var name in new[] { "And", "Or", "Xor" })
            {
                yield return new(name, 7, model => model.Input("x", tensor([true, false, true, false]).reshape(2, 2)).Weight("w", tensor([true, false])).Node(name, "x w", "y")) { HasGradient = false };
            }

            yield return new("Where", 9, model => model.Input("x", 2, 3).Weight("w", 3).Weight("c", tensor([true, false, true, true, false, false]).reshape(2, 3)).Node("Where", "c x w", "y"));
            yield return new("Where by a comparison", 16, model => model.Input("x", 2, 3).Real1("zero", 0).Node("Less", "x zero", "c").Node("Where", "c x zero", "y"));
        }
    }
}
