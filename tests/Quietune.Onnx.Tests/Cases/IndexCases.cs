using Quietune.Onnx.Tests.Building;
using TorchSharp;
using static TorchSharp.torch;

namespace Quietune.Onnx.Tests.Cases;

/// <summary>Picking and putting by index, and order along an axis.</summary>
internal static class IndexCases
{
    public static IEnumerable<OperatorCase> All => [.. Gathers, .. Scatters, .. Orders];

    private static IEnumerable<OperatorCase> Gathers
    {
        get
        {
            yield return new("Gather rows", 7, model => model.Weight("w", 5, 3).Input("i", tensor([0L, 4, 4, 1]).reshape(2, 2)).Node("Gather", "w i", "y"));
            yield return new("Gather axis 1, negative", 11, model => model.Input("x", 2, 5, 3).Numbers("i", -1, 0).Node("Gather", "x i", "y", ("axis", 1)));
            yield return new("Gather one", 13, model => model.Input("x", 2, 5).Number("i", 2).Node("Gather", "x i", "y", ("axis", -1)));
            yield return new("Gather by int32", 13, model => model.Input("x", 4, 2).Weight("i", tensor([3, 0], ScalarType.Int32)).Node("Gather", "x i", "y"));
            yield return new("GatherElements", 11, model => model.Input("x", 3, 3).Weight("i", tensor([1L, -1, 0, 2, 0, 0]).reshape(2, 3)).Node("GatherElements", "x i", "y"));
            yield return new("GatherElements axis 1", 13, model => model.Input("x", 2, 3).Weight("i", tensor([1L, 0, 2, 2]).reshape(2, 2)).Node("GatherElements", "x i", "y", ("axis", 1)));
            yield return new("GatherND", 11, model => model.Input("x", 2, 3, 4).Weight("i", tensor([0L, 1, 1, -1]).reshape(2, 2)).Node("GatherND", "x i", "y"));
            yield return new("GatherND of all axes", 13, model => model.Input("x", 2, 3).Weight("i", tensor([0L, 1, 1, 2]).reshape(2, 1, 2)).Node("GatherND", "x i", "y"));
            yield return new("GatherND in a batch", 12, model => model.Input("x", 2, 3, 4).Weight("i", tensor([1L, 2, 0, 1]).reshape(2, 2, 1)).Node("GatherND", "x i", "y", ("batch_dims", 1)));
        }
    }

    private static IEnumerable<OperatorCase> Scatters
    {
        get
        {
            yield return new("Scatter", 9, model => Elements(model, 0, 2, 1).Node("Scatter", "x i u", "y", ("axis", 1)));
            yield return new("ScatterElements", 11, model => Elements(model, 0, 2, 1).Node("ScatterElements", "x i u", "y", ("axis", -1)));
            foreach (var (reduction, opset) in new[] { ("add", 16), ("mul", 16), ("max", 18), ("min", 18) })
            {
                yield return new($"ScatterElements {reduction}", opset, model => Elements(model, 1, 1, -1).Node("ScatterElements", "x i u", "y", ("axis", 1), ("reduction", reduction)));
                yield return new($"ScatterND {reduction}", opset, model => Tuples(model, 1, 1, 2).Node("ScatterND", "x i u", "y", ("reduction", reduction)));
            }

            foreach (var opset in new[] { 11, 13, 16 })
            {
                yield return new("ScatterND", opset, model => Tuples(model, 2, 0, -1).Node("ScatterND", "x i u", "y"));
            }

            yield return new("TensorScatter", 24, model => model.Input("x", 2, 5, 3).Input("u", 2, 2, 3).Numbers("i", 1, 3).Node("TensorScatter", "x u i", "y"));
            yield return new("TensorScatter circular", 24, model => model.Input("x", 2, 5, 3).Input("u", 2, 2, 3).Numbers("i", 1, 4).Node("TensorScatter", "x u i", "y", ("mode", "circular")));
            foreach (var axis in new[] { 0, -1 })
            {
                yield return new($"OneHot axis {axis}", 11, model => model.Input("x", tensor([0L, 3, -1, 7])).Number("d", 4).Reals("v", 0.5, 2).Node("OneHot", "x d v", "y", ("axis", axis)));
            }

            yield return new("Compress", 11, model => model.Input("x", 3, 2).Weight("c", tensor([true, false, true])).Node("Compress", "x c", "y", ("axis", 0)));
            yield return new("Compress flat", 9, model => model.Input("x", 3, 2).Weight("c", tensor([false, true, true, true])).Node("Compress", "x c", "y"));
            yield return new("NonZero", 13, model => model.Input("x", tensor([0f, 1, 2, 0]).reshape(2, 2)).Node("NonZero", "x", "y")) { HasGradient = false };
        }
    }

    private static IEnumerable<OperatorCase> Orders
    {
        get
        {
            yield return new("TopK by attribute", 7, model => model.Input("x", 3, 5).Node("TopK", "x", "y i", ("k", 2)));
            yield return new("TopK", 10, model => model.Input("x", 3, 5).Numbers("k", 3).Node("TopK", "x k", "y i", ("axis", 0)));
            yield return new("TopK smallest", 11, model => model.Input("x", 3, 5).Numbers("k", 3).Node("TopK", "x k", "y i", ("largest", 0)));
            yield return new("TopK of equals", 11, model => model.Input("x", tensor([1f, 2, 2, 1, 2])).Numbers("k", 4).Node("TopK", "x k", "y i")) { HasGradient = false };
            foreach (var (exclusive, reverse) in new[] { (0, 0), (1, 0), (0, 1), (1, 1) })
            {
                yield return new($"CumSum {exclusive} {reverse}", 14, model => model.Input("x", 3, 4).Number("a", -1).Node("CumSum", "x a", "y", ("exclusive", exclusive), ("reverse", reverse)));
            }

            yield return new("CumProd", 26, model => model.Input("x", 3, 4).Number("a", 0).Node("CumProd", "x a", "y", ("exclusive", 1)));
            yield return new("Trilu upper", 14, model => model.Input("x", 2, 4, 5).Node("Trilu", "x", "y"));
            yield return new("Trilu lower", 14, model => model.Input("x", 4, 5).Number("k", -1).Node("Trilu", "x k", "y", ("upper", 0)));
            yield return new("ReverseSequence", 10, model => model.Input("x", 4, 3, 2).Numbers("l", 1, 4, 3).Node("ReverseSequence", "x l", "y"));
            yield return new("ReverseSequence batch first", 10, model => model.Input("x", 3, 4, 2).Numbers("l", 1, 4, 3).Node("ReverseSequence", "x l", "y", ("batch_axis", 0), ("time_axis", 1)));
        }
    }

    private static ModelBuilder Elements(ModelBuilder model, params long[] index) =>
        model.Input("x", 1, 4).Weight("i", tensor(index).unsqueeze(0)).Weight("u", 1, 3);

    private static ModelBuilder Tuples(ModelBuilder model, params long[] index) =>
        model.Input("x", 4, 3).Weight("i", tensor(index).unsqueeze(1)).Weight("u", 3, 3);
}
