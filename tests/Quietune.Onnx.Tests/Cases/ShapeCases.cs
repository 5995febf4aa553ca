using TorchSharp;
using static TorchSharp.torch;

namespace Quietune.Onnx.Tests.Cases;

/// <summary>Shapes, slices, pads and generated tensors.</summary>
internal static class ShapeCases
{
    public static IEnumerable<OperatorCase> All => [.. Shapes, .. Slices, .. Pads, .. Generated];

    private static IEnumerable<OperatorCase> Shapes
    {
        get
        {
            yield return new("Reshape", 7, model => model.Input("x", 2, 3, 4).Numbers("s", 0, -1).Node("Reshape", "x s", "y"));
            yield return new("Reshape to nothing", 14, model => model.Input("x", 0, 3).Numbers("s", 3, 0).Node("Reshape", "x s", "y", ("allowzero", 1)));
            foreach (var axis in new[] { 0, 1, 3, -1 })
            {
                yield return new($"Flatten {axis}", 11, model => model.Input("x", 2, 3, 4).Node("Flatten", "x", "y", ("axis", axis)));
            }

            yield return new("Squeeze by attribute", 11, model => model.Input("x", 1, 3, 1).Node("Squeeze", "x", "y", ("axes", Longs(0))));
            yield return new("Squeeze by input", 13, model => model.Input("x", 1, 3, 1).Numbers("a", -1).Node("Squeeze", "x a", "y"));
            yield return new("Squeeze all", 13, model => model.Input("x", 1, 3, 1).Node("Squeeze", "x", "y"));
            yield return new("Unsqueeze by attribute", 7, model => model.Input("x", 2, 3).Node("Unsqueeze", "x", "y", ("axes", Longs(0, 3))));
            yield return new("Unsqueeze by input", 13, model => model.Input("x", 2, 3).Numbers("a", -1, 1).Node("Unsqueeze", "x a", "y"));
            yield return new("Transpose", 7, model => model.Input("x", 2, 3, 4).Node("Transpose", "x", "y"));
            yield return new("Transpose by order", 13, model => model.Input("x", 2, 3, 4).Node("Transpose", "x", "y", ("perm", Longs(1, 2, 0))));
            yield return new("Shape", 7, model => model.Input("x", 2, 3, 4).Node("Shape", "x", "y")) { HasGradient = false };
            yield return new("Shape in part", 15, model => model.Input("x", 2, 3, 4).Node("Shape", "x", "y", ("start", -2), ("end", 9))) { HasGradient = false };
            yield return new("Size", 13, model => model.Input("x", 2, 3, 4).Node("Size", "x", "y")) { HasGradient = false };
            yield return new("DepthToSpace", 7, model => model.Input("x", 1, 8, 2, 3).Node("DepthToSpace", "x", "y", ("blocksize", 2)));
            yield return new("DepthToSpace by columns", 13, model => model.Input("x", 1, 8, 2, 3).Node("DepthToSpace", "x", "y", ("blocksize", 2), ("mode", "CRD")));
            yield return new("SpaceToDepth", 13, model => model.Input("x", 1, 2, 4, 6).Node("SpaceToDepth", "x", "y", ("blocksize", 2)));
        }
    }

    private static IEnumerable<OperatorCase> Slices
    {
        get
        {
            yield return new("Slice by attributes", 7, model => model.Input("x", 4, 5).Node("Slice", "x", "y", ("starts", Longs(1, -3)), ("ends", Longs(1000, -1))));
            yield return new("Slice by attributes, axes", 9, model => model.Input("x", 4, 5).Node("Slice", "x", "y", ("starts", Longs(1)), ("ends", Longs(3)), ("axes", Longs(1))));
            yield return new("Slice", 10, model => model.Input("x", 4, 5).Numbers("s", 0, 1).Numbers("e", 3, long.MaxValue).Numbers("a", 1, 0).Numbers("t", 2, 1).Node("Slice", "x s e a t", "y"));
            yield return new("Slice backwards", 13, model => model.Input("x", 4, 5).Numbers("s", -1, 3).Numbers("e", long.MinValue, 0).Numbers("a", 0, 1).Numbers("t", -1, -2).Node("Slice", "x s e a t", "y"));
            yield return new("Slice of nothing", 13, model => model.Input("x", 4, 5).Numbers("s", 3).Numbers("e", 1).Node("Slice", "x s e", "y"));
            yield return new("Split evenly", 7, model => model.Input("x", 2, 6).Node("Split", "x", "a b c", ("axis", 1)));
            yield return new("Split by attribute", 11, model => model.Input("x", 2, 6).Node("Split", "x", "a b", ("axis", -1), ("split", Longs(2, 4))));
            yield return new("Split by input", 13, model => model.Input("x", 6, 2).Numbers("s", 1, 5).Node("Split", "x s", "a b"));
            yield return new("Split unevenly", 18, model => model.Input("x", 7).Node("Split", "x", "a b c", ("num_outputs", 3)));
            yield return new("Concat", 7, model => model.Input("x", 2, 3).Weight("w", 2, 1).Node("Concat", "x w x", "y", ("axis", 1)));
            yield return new("Concat from the end", 11, model => model.Input("x", 2, 3).Weight("w", 1, 3).Node("Concat", "x w", "y", ("axis", -2)));
            yield return new("Tile", 7, model => model.Input("x", 2, 3).Numbers("r", 2, 3).Node("Tile", "x r", "y"));
            yield return new("Expand", 8, model => model.Input("x", 3, 1).Numbers("s", 2, 1, 4).Node("Expand", "x s", "y"));
            yield return new("CenterCropPad", 18, model => model.Input("x", 5, 4).Numbers("s", 2, 7).Node("CenterCropPad", "x s", "y"));
            yield return new("CenterCropPad axes", 18, model => model.Input("x", 5, 4).Numbers("s", 7).Node("CenterCropPad", "x s", "y", ("axes", Longs(1))));
        }
    }

    private static IEnumerable<OperatorCase> Pads
    {
        get
        {
            yield return new("Pad by attributes", 7, model => model.Input("x", 2, 3).Node("Pad", "x", "y", ("pads", Longs(0, 1, 2, 0)), ("value", 1.5f)));
            foreach (var mode in new[] { "constant", "reflect", "edge" })
            {
                yield return new($"Pad {mode} by attributes", 10, model => model.Input("x", 3, 4).Node("Pad", "x", "y", ("pads", Longs(2, 1, 0, 3)), ("mode", mode)));
                yield return new($"Pad {mode}", 11, model => model.Input("x", 3, 4).Numbers("p", 2, 1, 0, 3).Node("Pad", "x p", "y", ("mode", mode)));
            }

            yield return new("Pad with a value", 13, model => model.Input("x", 3, 4).Numbers("p", 1, 0, 1, 0).Real1("v", -2).Node("Pad", "x p v", "y"));
            yield return new("Pad that cuts", 13, model => model.Input("x", 3, 4).Numbers("p", -1, 2, 0, -1).Node("Pad", "x p", "y"));
            yield return new("Pad axes", 18, model => model.Input("x", 3, 4).Numbers("p", 1, 2).Numbers("a", -1).Node("Pad", "x p _ a", "y"));
            yield return new("Pad wrap", 19, model => model.Input("x", 3, 4).Numbers("p", 2, 1, 0, 3).Node("Pad", "x p", "y", ("mode", "wrap")));
        }
    }

    private static IEnumerable<OperatorCase> Generated
    {
        get
        {
            yield return new("Constant tensor", 7, model => model.Input("x", 2).Node("Constant", string.Empty, "c", ("value", model.Random(2))).Node("Add", "x c", "y"));
            yield return new("Constant numbers", 13, model => model.Input("x", tensor([1L])).Node("Constant", string.Empty, "a", ("value_ints", Longs(4, 5))).Node("Constant", string.Empty, "b", ("value_int", 7)).Node("Add", "x a", "z").Node("Add", "z b", "y")) { HasGradient = false };
            yield return new("Constant floats", 12, model => model.Input("x", tensor([1f, 2])).Node("Constant", string.Empty, "a", ("value_floats", new[] { 4f, 5 })).Node("Constant", string.Empty, "b", ("value_float", 7f)).Node("Add", "x a", "z").Node("Add", "z b", "y")) { HasGradient = false };
            yield return new("ConstantOfShape", 9, model => model.Input("x", 2, 3).Node("Shape", "x", "s").Node("ConstantOfShape", "s", "c", ("value", tensor([3L]))).Node("Cast", "c", "d", ("to", (long)Building.TensorProto.TypeOf(zeros(1, model.Real)))).Node("Add", "x d", "y"));
            yield return new("ConstantOfShape default", 20, model => model.Input("x", tensor([2L, 2])).Node("ConstantOfShape", "x", "y")) { HasGradient = false };
            yield return new("Range of whole numbers", 11, model => model.Input("x", tensor(10L)).Number("a", 1).Number("d", 4).Node("Range", "a x d", "y")) { HasGradient = false };
            yield return new("Range of floats, down", 11, model => model.Input("x", tensor(-1f)).Weight("a", tensor(1f)).Weight("d", tensor(-0.3f)).Node("Range", "a x d", "y")) { HasGradient = false };
            yield return new("EyeLike", 9, model => model.Input("x", 3, 4).Node("EyeLike", "x", "y", ("k", 1))) { HasGradient = false };
            yield return new("EyeLike in another type", 22, model => model.Input("x", 3, 3).Node("EyeLike", "x", "y", ("k", -1), ("dtype", 7))) { HasGradient = false };
        }
    }

    private static long[] Longs(params long[] values) => values;
}
