using Quietune.Onnx.Execution;
using static TorchSharp.torch;

namespace Quietune.Onnx.Operators;

/// <summary>Operators that take axes away, or shrink them to one element.</summary>
/// <remarks>Source: ONNX specification, "Operators".</remarks>
internal static class ReductionOperators
{
    private static readonly Func<Tensor, long[], Tensor> LogSumExp = (x, axes) =>
    {
        // The largest element is taken out so that the exponentials stay finite.
        var largest = x.detach().amax(axes, keepdim: true).nan_to_num(0, 0, 0);
        return (x - largest).exp().sum(axes, keepdim: true).log() + largest;
    };

    /// <summary>Adds the family.</summary>
    public static void AddTo(OperatorTable table)
    {
        Reduction("ReduceSum", (x, axes) => x.sum(axes, keepdim: true), axesAreInput: 13);
        Reduction("ReduceMean", (x, axes) => x.is_floating_point() ? x.mean(axes, keepdim: true) : x.to(ScalarType.Float64).mean(axes, keepdim: true));
        Reduction("ReduceMax", (x, axes) => x.amax(axes, keepdim: true));
        Reduction("ReduceMin", (x, axes) => x.amin(axes, keepdim: true));
        Reduction("ReduceProd", (x, axes) => axes.Aggregate(x, (product, axis) => product.prod(axis, keepdim: true)));
        Reduction("ReduceL1", (x, axes) => x.abs().sum(axes, keepdim: true));
        Reduction("ReduceL2", (x, axes) => Norms.Along(x.is_floating_point() ? x : x.to(ScalarType.Float64), 2, axes));
        Reduction("ReduceSumSquare", (x, axes) => x.square().sum(axes, keepdim: true));
        Reduction("ReduceLogSum", (x, axes) => x.sum(axes, keepdim: true).log());
        Reduction("ReduceLogSumExp", (x, axes) => LogSumExp(x.is_floating_point() ? x : x.to(ScalarType.Float64), axes));
        table.Add("ArgMax", call => Place(call, (x, axis) => x.argmax(axis, keepdim: true)));
        table.Add("ArgMin", call => Place(call, (x, axis) => x.argmin(axis, keepdim: true)));

        void Reduction(string name, Func<Tensor, long[], Tensor> compute, long axesAreInput = 18) =>
            table.Add(name, call => Reduce(call, compute, call.Version >= axesAreInput));
    }

    /// <summary>The axes are an attribute, later an input; none means all, unless the node says that none means none.</summary>
    private static Tensor Reduce(NodeCall call, Func<Tensor, long[], Tensor> compute, bool axesAreInput)
    {
        var x = call.Input(0);
        var given = axesAreInput ? call.OptionalIntegers(1) : call.Integers("axes");
        if (given is null or [])
        {
            if (axesAreInput && call.Flag("noop_with_empty_axes"))
            {
                return x;
            }

            given = [.. Enumerable.Range(0, (int)x.dim()).Select(axis => (long)axis)];
        }

        var axes = call.Axes(given, x.dim());
        var kept = (axes.Length == 0 ? compute(x.reshape(1), [0]).reshape([]) : compute(x, axes)).to(x.dtype);
        return call.Flag("keepdims", true) ? kept : kept.reshape([.. x.shape.Where((_, axis) => !axes.Contains(axis))]);
    }

    private static Tensor Place(NodeCall call, Func<Tensor, long, Tensor> find)
    {
        var x = call.Input(0);
        var axis = call.Axis(call.Integer("axis", 0), x.dim());
        var place = call.Flag("select_last_index") ? x.shape[axis] - 1 - find(x.flip(axis), axis) : find(x, axis);
        return call.Flag("keepdims", true) ? place : place.squeeze(axis);
    }
}
