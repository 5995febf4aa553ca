using Quietune.Onnx.Execution;
using Quietune.Onnx.Format;
using static TorchSharp.torch;

namespace Quietune.Onnx.Operators;

/// <summary>Operators that give the same elements another shape or order of axes, and that read shapes.</summary>
/// <remarks>Source: ONNX specification, "Operators".</remarks>
internal static class ShapeOperators
{
    /// <summary>Adds the family.</summary>
    public static void AddTo(OperatorTable table)
    {
        table.Add("Reshape", Reshape);
        table.Add("Flatten", Flatten);
        table.Add("Squeeze", Squeeze);
        table.Add("Unsqueeze", Unsqueeze);
        table.Add("Transpose", call => call.Input(0).permute(call.Axes(Permutation(call), call.Input(0).dim())));
        table.Add("Shape", Shape);
        table.Add("Size", call => tensor(call.Input(0).NumberOfElements, ScalarType.Int64));
        table.Add("DepthToSpace", DepthToSpace);
        table.Add("SpaceToDepth", SpaceToDepth);
    }

    private static Tensor Reshape(NodeCall call)
    {
        var x = call.Input(0);
        var shape = call.Integers(1);
        for (var i = 0; i < shape.Length && !call.Flag("allowzero"); i++)
        {
            call.Check(shape[i] != 0 || i < x.dim(), $"a 0 only for one of the input's {x.dim()} axes", Shapes.Text(shape));
            shape[i] = shape[i] == 0 ? x.shape[i] : shape[i];
        }

        return x.reshape(shape);
    }

    private static Tensor Flatten(NodeCall call)
    {
        var x = call.Input(0);
        var given = call.Integer("axis", 1);
        var axis = given == x.dim() ? (int)given : call.Axis(given, x.dim());
        return x.reshape(x.shape[..axis].Aggregate(1L, (product, size) => product * size), x.shape[axis..].Aggregate(1L, (product, size) => product * size));
    }

    private static Tensor Squeeze(NodeCall call)
    {
        var x = call.Input(0);
        var given = call.Version < 13 ? call.Integers("axes") : call.OptionalIntegers(1);
        var axes = given is null
            ? [.. Enumerable.Range(0, (int)x.dim()).Where(axis => x.shape[axis] == 1).Select(axis => (long)axis)]
            : call.Axes(given, x.dim());
        call.Check(axes.All(axis => x.shape[axis] == 1), "axes of size 1", $"axes {Shapes.Text(axes)} of shape {Shapes.Text(x.shape)}");
        return x.reshape([.. x.shape.Where((_, axis) => !axes.Contains(axis))]);
    }

    private static Tensor Unsqueeze(NodeCall call)
    {
        var x = call.Input(0);
        var given = (call.Version < 13 ? call.Integers("axes") : call.OptionalIntegers(1)) ?? throw call.Wrong("axes", "none");
        var axes = call.Axes(given, x.dim() + given.Length);
        var sizes = new Queue<long>(x.shape);
        return x.reshape([.. Enumerable.Range(0, (int)x.dim() + axes.Length).Select(axis => axes.Contains(axis) ? 1 : sizes.Dequeue())]);
    }

    private static long[] Permutation(NodeCall call)
    {
        var rank = (int)call.Input(0).dim();
        var permutation = call.Integers("perm") ?? [.. Enumerable.Range(0, rank).Reverse().Select(axis => (long)axis)];
        call.Check(permutation.Length == rank, $"{rank} axes", Shapes.Text(permutation));
        return permutation;
    }

    private static Tensor Shape(NodeCall call)
    {
        var shape = call.Input(0).shape;
        var (start, end) = (Bound(call.Integer("start", 0)), Bound(call.Integer("end", shape.Length)));
        return tensor(shape.Skip(start).Take(end - start).ToArray(), ScalarType.Int64);

        int Bound(long value) => (int)Math.Clamp(value < 0 ? value + shape.Length : value, 0, shape.Length);
    }

    private static Tensor DepthToSpace(NodeCall call)
    {
        var (x, block) = Blocks(call);
        var (n, c, h, w) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3]);
        var depth = c / (block * block);
        call.Check(depth * block * block == c, $"channels that divide into {block * block}", $"{c}");
        var y = call.Text("mode", "DCR") switch
        {
            "DCR" => x.reshape(n, block, block, depth, h, w).permute(0, 3, 4, 1, 5, 2),
            "CRD" => x.reshape(n, depth, block, block, h, w).permute(0, 1, 4, 2, 5, 3),
            var other => throw call.Wrong("mode DCR or CRD", $"'{other}'"),
        };
        return y.reshape(n, depth, h * block, w * block);
    }

    private static Tensor SpaceToDepth(NodeCall call)
    {
        var (x, block) = Blocks(call);
        var (n, c, h, w) = (x.shape[0], x.shape[1], x.shape[2] / block, x.shape[3] / block);
        return x.reshape(n, c, h, block, w, block).permute(0, 3, 5, 1, 2, 4).reshape(n, c * block * block, h, w);
    }

    private static (Tensor X, long Block) Blocks(NodeCall call)
    {
        var (x, block) = (call.Input(0), call.Integer("blocksize", 0));
        call.Check(x.dim() == 4 && block is > 0 and < int.MaxValue, "images and a positive blocksize", $"shape {Shapes.Text(x.shape)} and {block}");
        return (x, block);
    }
}
