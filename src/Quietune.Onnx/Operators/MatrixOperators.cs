using Quietune.Onnx.Execution;
using Quietune.Onnx.Format;
using static TorchSharp.torch;

namespace Quietune.Onnx.Operators;

/// <summary>Products of matrices.</summary>
/// <remarks>Source: ONNX specification, "Operators"; <c>MatMul</c> follows numpy.matmul.</remarks>
internal static class MatrixOperators
{
    /// <summary>Adds the family.</summary>
    public static void AddTo(OperatorTable table)
    {
        table.Add("MatMul", Product);
        table.Add("Gemm", General);
        table.Add("Einsum", SumOfProducts, since: 12);
        table.Add("Det", call => call.Input(0).det(), since: 11);
    }

    private static Tensor Product(NodeCall call)
    {
        var (a, b) = (call.Input(0), call.Input(1));
        call.Check(a.dim() > 0 && b.dim() > 0, "matrices", $"shapes {Shapes.Text(a.shape)} and {Shapes.Text(b.shape)}");
        var leading = call.Broadcast(ScalarType.Byte, Leading(a), Leading(b));
        call.Reserve([.. leading, a.dim() > 1 ? a.shape[^2] : 1, b.dim() > 1 ? b.shape[^1] : 1], a.dtype);
        return MatrixProduct.Of(a, b, leading);

        static long[] Leading(Tensor x) => x.dim() > 2 ? x.shape[..^2] : [];
    }

    private static Tensor General(NodeCall call)
    {
        var (a, b) = (call.Input(0), call.Input(1));
        call.Check(a.dim() == 2 && b.dim() == 2, "two matrices", $"shapes {Shapes.Text(a.shape)} and {Shapes.Text(b.shape)}");
        a = call.Flag("transA") ? a.t() : a;
        b = call.Flag("transB") ? b.t() : b;
        call.Reserve([a.shape[0], b.shape[1]], a.dtype);
        var product = Scaled(a.mm(b), call.Single("alpha", 1));
        if (call.Optional(2) is not { } c)
        {
            return product;
        }

        var sum = product + Scaled(c, call.Single("beta", 1));
        call.Check(sum.shape.AsSpan().SequenceEqual(product.shape), $"a summand that broadcasts to {Shapes.Text(product.shape)}", Shapes.Text(c.shape));
        return sum;

        static Tensor Scaled(Tensor x, float factor) => factor == 1 ? x : (x * factor).to(x.dtype);
    }

    private static Tensor SumOfProducts(NodeCall call)
    {
        var equation = call.Text("equation", string.Empty).Replace(" ", string.Empty, StringComparison.Ordinal);
        var tensors = call.Inputs().ToList();
        var sizes = new Dictionary<char, long>();
        foreach (var (labels, tensor) in equation.Split("->")[0].Split(',').Zip(tensors))
        {
            var named = labels.Replace("...", string.Empty, StringComparison.Ordinal);
            var unnamed = new string('.', (int)Math.Max(0, tensor.dim() - named.Length));
            var shape = tensor.shape;
            var hidden = 1L;
            foreach (var (label, size) in labels.Replace("...", unnamed, StringComparison.Ordinal).Zip(shape))
            {
                hidden *= label == '.' ? size : 1;
                sizes[label] = Math.Max(sizes.GetValueOrDefault(label), label == '.' ? hidden : size);
            }
        }

        var output = equation.Contains("->", StringComparison.Ordinal) ? equation[(equation.IndexOf("->", StringComparison.Ordinal) + 2)..] : equation;
        call.Reserve(output.Distinct().Where(sizes.ContainsKey).Select(label => sizes[label]), tensors[0].dtype);
        return einsum(equation, [.. tensors]);
    }
}
