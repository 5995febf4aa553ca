using Quietune.Onnx.Execution;
using static TorchSharp.torch;

namespace Quietune.Onnx.Operators;

/// <summary>Operators that compare, and that join truth values.</summary>
/// <remarks>Source: ONNX specification, "Operators".</remarks>
internal static class ComparisonOperators
{
    /// <summary>Adds the family.</summary>
    public static void AddTo(OperatorTable table)
    {
        Pair("Equal", (a, b) => a.eq(b));
        Pair("Less", (a, b) => a.lt(b));
        Pair("LessOrEqual", (a, b) => a.le(b), since: 12);
        Pair("Greater", (a, b) => a.gt(b));
        Pair("GreaterOrEqual", (a, b) => a.ge(b), since: 12);
        Pair("And", (a, b) => a.logical_and(b));
        Pair("Or", (a, b) => a.logical_or(b));
        Pair("Xor", (a, b) => a.logical_xor(b));
        table.Add("Not", call => call.Input(0).logical_not());
        table.Add("IsNaN", call => call.Input(0).isnan(), since: 9);
        table.Add("IsInf", IsInfinite, since: 10);
        table.Add("Where", Choose, since: 9);

        void Pair(string name, Func<Tensor, Tensor, Tensor> compute, long since = 1) => table.Add(
            name,
            call =>
            {
                _ = call.Broadcast(call.Input(0), call.Input(1));
                return compute(call.Input(0), call.Input(1));
            },
            since);
    }

    private static Tensor IsInfinite(NodeCall call)
    {
        var x = call.Input(0);
        var (negative, positive) = (call.Flag("detect_negative", true), call.Flag("detect_positive", true));
        return (negative, positive) switch
        {
            (true, true) => x.isinf(),
            (true, false) => x.isneginf(),
            (false, true) => x.isposinf(),
            _ => zeros_like(x, ScalarType.Bool),
        };
    }

    private static Tensor Choose(NodeCall call)
    {
        _ = call.Broadcast(call.Inputs());
        return where(call.Input(0), call.Input(1), call.Input(2));
    }
}
