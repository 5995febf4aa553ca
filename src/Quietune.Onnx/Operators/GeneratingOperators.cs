using Quietune.Onnx.Execution;
using Quietune.Onnx.Format;
using TorchSharp;
using static TorchSharp.torch;

namespace Quietune.Onnx.Operators;

/// <summary>Operators that make tensors from constants, shapes or numbers.</summary>
/// <remarks>Source: ONNX specification, "Operators".</remarks>
internal static class GeneratingOperators
{
    /// <summary>Adds the family.</summary>
    public static void AddTo(OperatorTable table)
    {
        table.Add("Constant", Constant);
        table.Add("ConstantOfShape", ConstantOfShape, since: 9);
        table.Add("Range", Sequence, since: 11);
        table.Add("EyeLike", Identity, since: 9);
        table.Add("OneHot", OneHot, since: 9);
    }

    private static Tensor Constant(NodeCall call)
    {
        if (call.Tensor("value") is { } value)
        {
            return value;
        }

        if (call.Has("value_float"))
        {
            return tensor(call.Single("value_float", 0), ScalarType.Float32);
        }

        if (call.Has("value_int"))
        {
            return tensor(call.Integer("value_int", 0), ScalarType.Int64);
        }

        if (call.Singles("value_floats") is { } singles)
        {
            return tensor(singles, ScalarType.Float32);
        }

        return call.Integers("value_ints") is { } integers
            ? tensor(integers, ScalarType.Int64)
            : throw call.Wrong("a value of numbers", "text or none");
    }

    private static Tensor ConstantOfShape(NodeCall call)
    {
        var shape = call.Integers(0);
        var value = call.Tensor("value") ?? tensor(0f);
        call.Check(value.NumberOfElements == 1, "one number as value", Shapes.Text(value.shape));
        call.Reserve(shape, value.dtype);
        return value.reshape([]).expand(shape).clone();
    }

    private static Tensor Sequence(NodeCall call)
    {
        var (start, limit, step) = (call.Scalar(0), call.Scalar(1), call.Scalar(2));
        var type = call.Input(0).dtype;
        var count = Math.Max(0, Math.Ceiling((limit.ToDouble() - start.ToDouble()) / step.ToDouble()));
        call.Check(double.IsFinite(count) && count < long.MaxValue, "a finite count and a step other than 0", $"{start.ToDouble()} to {limit.ToDouble()} by {step.ToDouble()}");
        call.Reserve([(long)count], type);
        return arange((long)count, ScalarType.Int64).to(type).mul(step).add(start);
    }

    private static Tensor Identity(NodeCall call)
    {
        var x = call.Input(0);
        call.Check(x.dim() == 2, "a matrix", $"shape {Shapes.Text(x.shape)}");
        var type = call.Has("dtype") ? ((ElementType)call.Integer("dtype", 0)).Computed ?? throw call.Wrong("a type of numbers", $"{call.Integer("dtype", 0)}") : x.dtype;
        var rows = arange(x.shape[0], ScalarType.Int64, x.device).unsqueeze(1) + Math.Clamp(call.Integer("k", 0), -x.shape[0], x.shape[1]);
        return rows.eq(arange(x.shape[1], ScalarType.Int64, x.device)).to(type);
    }

    /// <summary>Indices outside the depth have no hot element.</summary>
    private static Tensor OneHot(NodeCall call)
    {
        var (index, values) = (call.Input(0).to(ScalarType.Int64), call.Input(2));
        var depth = call.Scalar(1).ToInt64();
        call.Check(depth > 0 && values.NumberOfElements == 2, "a positive depth and two values", $"{depth} and {values.NumberOfElements}");
        var axis = call.Axis(call.Integer("axis", -1), index.dim() + 1);
        call.Reserve([.. index.shape, depth], values.dtype);
        var shape = Enumerable.Repeat(1L, (int)index.dim() + 1).ToArray();
        shape[axis] = depth;
        index = where(index.lt(0), index + depth, index).unsqueeze(axis);
        return where(index.eq(arange(depth, ScalarType.Int64, index.device).reshape(shape)), values[1], values[0]);
    }
}
