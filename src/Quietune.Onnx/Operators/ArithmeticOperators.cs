using Quietune.Onnx.Execution;
using static TorchSharp.torch;

namespace Quietune.Onnx.Operators;

/// <summary>Operators of two or more tensors, element by element, with broadcasting.</summary>
/// <remarks>Source: ONNX specification, "Operators" and "Broadcasting in ONNX".</remarks>
internal static class ArithmeticOperators
{
    /// <summary>Adds the family.</summary>
    public static void AddTo(OperatorTable table)
    {
        Pair("Add", (a, b) => a + b);
        Pair("Sub", (a, b) => a - b);
        Pair("Mul", (a, b) => a * b);
        Pair("Div", Divide);
        Pair("Pow", (a, b) => a.pow(b).to(a.dtype));
        Pair("BitwiseAnd", (a, b) => a.bitwise_and(b), since: 18);
        Pair("BitwiseOr", (a, b) => a.bitwise_or(b), since: 18);
        Pair("BitwiseXor", (a, b) => a.bitwise_xor(b), since: 18);
        table.Add("Mod", Modulo, since: 10);
        table.Add("BitShift", Shift, since: 11);
        table.Add("Max", call => Fold(call, maximum));
        table.Add("Min", call => Fold(call, minimum));
        table.Add("Sum", call => Fold(call, (a, b) => a + b));
        table.Add("Mean", call => Fold(call, (a, b) => a + b) / call.InputCount);

        void Pair(string name, Func<Tensor, Tensor, Tensor> compute, long since = 1) =>
            table.Add(name, call => compute(First(call), call.Input(1)), since);
    }

    /// <summary>The first input, after a check that both broadcast.</summary>
    private static Tensor First(NodeCall call)
    {
        _ = call.Broadcast(call.Input(0), call.Input(1));
        return call.Input(0);
    }

    private static Tensor Fold(NodeCall call, Func<Tensor, Tensor, Tensor> join)
    {
        _ = call.Broadcast(call.Inputs());
        return call.Inputs().Aggregate(join);
    }

    private static Tensor Divide(Tensor a, Tensor b)
    {
        if (a.is_floating_point())
        {
            return a / b;
        }

        // The processor traps on the least number divided by -1; negation wraps instead, as division does elsewhere.
        var minusOne = b.eq(-1);
        return where(minusOne, -a, a.div(b.masked_fill(minusOne, 1), RoundingMode.trunc));
    }

    private static Tensor Modulo(NodeCall call)
    {
        var (a, b) = (First(call), call.Input(1));
        if (a.is_floating_point())
        {
            call.Check(call.Flag("fmod"), "fmod = 1 for floats", "0");
            return a.fmod(b);
        }

        // x mod -1 is 0; the processor traps on it for the least number.
        var divisor = b.masked_fill(b.eq(-1), 1);
        return call.Flag("fmod") ? a.fmod(divisor) : a.remainder(divisor);
    }

    private static Tensor Shift(NodeCall call)
    {
        var (a, b) = (First(call), call.Input(1));
        call.Check(a.dtype == ScalarType.Byte, "uint8 elements", a.dtype.ToString());
        var inRange = b.lt(8);
        var bits = b.masked_fill(~inRange, 0);
        var shifted = call.Text("direction", string.Empty) switch
        {
            "LEFT" => a.bitwise_left_shift(bits),
            "RIGHT" => a.bitwise_right_shift(bits),
            var other => throw call.Wrong("direction LEFT or RIGHT", $"'{other}'"),
        };
        return where(inRange, shifted, zeros_like(shifted));
    }
}
