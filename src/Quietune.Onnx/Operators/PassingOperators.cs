using Quietune.Onnx.Execution;
using Quietune.Onnx.Format;
using TorchSharp;
using static TorchSharp.torch;

namespace Quietune.Onnx.Operators;

/// <summary>Operators that pass values on: as they are, in another type, or from one of two branches.</summary>
/// <remarks>Source: ONNX specification, "Operators".</remarks>
internal static class PassingOperators
{
    /// <summary>Adds the family.</summary>
    public static void AddTo(OperatorTable table)
    {
        table.Add("Identity", call => call.Input(0));
        table.AddMany("Dropout", Dropout);
        table.Add("Cast", call => Cast(call, (ElementType)call.Integer("to", 0)));
        table.Add("CastLike", call => call.Input(0).to(call.Input(1).dtype), since: 15);
        table.AddMany("If", Branch);
    }

    /// <summary>Without training nothing is dropped.</summary>
    private static Tensor[] Dropout(NodeCall call)
    {
        var x = call.Input(0);
        var ratio = call.Version < 12 ? call.Single("ratio", 0.5f) : call.OptionalScalar(1)?.ToDouble() ?? 0.5;
        call.Check(ratio == 0 || call.Version < 12 || call.Optional(2) is not { } training || !training.any().item<bool>(), "inference mode, without randomness", "training mode");
        return call.HasOutput(1) ? [x, ones_like(x, call.Version < 10 ? x.dtype : ScalarType.Bool)] : [x];
    }

    private static Tensor Cast(NodeCall call, ElementType type)
    {
        var x = call.Input(0);
        return type switch
        {
            ElementType.Bool => x.ne(0),
            ElementType.UInt16 => x.to(ScalarType.Int32).bitwise_and(tensor(0xffff, ScalarType.Int32, x.device)),
            ElementType.UInt32 => x.to(ScalarType.Int64).bitwise_and(tensor(0xffffffffL, ScalarType.Int64, x.device)),
            _ => x.to(type.Computed ?? throw call.Wrong("a type of numbers", type.Word)),
        };
    }

    /// <summary>Only a condition that no input changes: one that depends on the data would tie the examples of a batch together.</summary>
    private static Tensor[] Branch(NodeCall call)
    {
        call.Check(!call.DependsOnData(0), "a constant condition", "one that depends on the graph's inputs");
        var condition = call.Input(0);
        call.Check(condition.NumberOfElements == 1, "one truth value", Shapes.Text(condition.shape));
        return call.Run(condition.any().item<bool>() ? "then_branch" : "else_branch");
    }
}
