using TorchSharp;
using static TorchSharp.torch;

namespace Quietune.Onnx.Tests.Cases;

/// <summary>Reductions.</summary>
internal static class ReductionCases
{
    private static readonly string[] Names = ["ReduceSum", "ReduceMean", "ReduceMax", "ReduceMin", "ReduceProd", "ReduceL1", "ReduceL2", "ReduceSumSquare", "ReduceLogSum", "ReduceLogSumExp"];

    public static IEnumerable<OperatorCase> All
    {
        get
        {
            foreach (var name in Names)
            {
                var inputSince = name == "ReduceSum" ? 13 : 18;
                yield return new($"{name} all", 11, model => Positive(model).Node(name, "x", "y", ("keepdims", 0)));
                yield return new($"{name} all kept", 18, model => Positive(model).Node(name, "x", "y"));
                yield return new($"{name} axes", 7, model => Positive(model).Node(name, "x", "y", ("axes", new long[] { 0, 2 })));
                yield return new($"{name} negative axis", 11, model => Positive(model).Node(name, "x", "y", ("axes", new long[] { -2 }), ("keepdims", 0)));
                yield return new($"{name} axes by input", inputSince, model => Positive(model).Numbers("a", -1, 0).Node(name, "x a", "y", ("keepdims", 0)));
            }

            yield return new("ReduceSum of nothing", 13, model => model.Input("x", 2, 3).Weight("a", zeros([0], ScalarType.Int64)).Node("ReduceSum", "x a", "y", ("noop_with_empty_axes", 1)));
            yield return new("ReduceSum of whole numbers", 13, model => model.Input("x", tensor([1, 2, 3], ScalarType.Int32)).Node("ReduceSum", "x", "y")) { HasGradient = false };
            yield return new("ReduceMax of truth values", 20, model => model.Input("x", tensor([true, false, false, false]).reshape(2, 2)).Numbers("a", 1).Node("ReduceMax", "x a", "y")) { HasGradient = false };
            foreach (var name in new[] { "ArgMax", "ArgMin" })
            {
                yield return new($"{name} default", 7, model => model.Input("x", 2, 3, 4).Node(name, "x", "y")) { HasGradient = false };
                yield return new($"{name} axis", 11, model => model.Input("x", 2, 3, 4).Node(name, "x", "y", ("axis", -1), ("keepdims", 0))) { HasGradient = false };
                yield return new($"{name} last of equals", 13, model => model.Input("x", tensor([1f, 1, 0, 0])).Node(name, "x", "y", ("select_last_index", 1))) { HasGradient = false };
                yield return new($"{name} first of equals", 13, model => model.Input("x", tensor([1f, 1, 0, 0])).Node(name, "x", "y")) { HasGradient = false };
            }
        }
    }

    private static Building.ModelBuilder Positive(Building.ModelBuilder model) => model.Input("x", model.Random(2, 3, 4).abs() + 0.1);
}
