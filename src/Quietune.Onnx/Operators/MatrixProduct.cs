using static TorchSharp.torch;

namespace Quietune.Onnx.Operators;

/// <summary>The product of matrices or batches of them, by the rules of numpy.matmul.</summary>
/// <remarks>
/// Not <c>Tensor.matmul</c>: the native shim of TorchSharp 0.107 does not catch its errors, so that two shapes that do not
/// fit end the process. Those of <c>mm</c> and <c>bmm</c> are caught.
/// </remarks>
internal static class MatrixProduct
{
    /// <summary>The product of tensors of one axis or more.</summary>
    /// <param name="a">[…, m, k], or [k].</param>
    /// <param name="b">[…, k, n], or [k].</param>
    /// <param name="leading">The axes before the last two, of both inputs together.</param>
    public static Tensor Of(Tensor a, Tensor b, long[] leading)
    {
        var (left, right) = (a.dim() == 1 ? a.unsqueeze(0) : a, b.dim() == 1 ? b.unsqueeze(1) : b);
        var (rows, inner, columns) = (left.shape[^2], left.shape[^1], right.shape[^1]);
        var count = leading.Aggregate(1L, (product, size) => product * size);
        var product = right.dim() == 2
            ? left.reshape(count * rows, inner).mm(right)
            : left.expand([.. leading, rows, inner]).reshape(count, rows, inner).bmm(right.expand([.. leading, right.shape[^2], columns]).reshape(count, right.shape[^2], columns));
        return product.reshape([.. leading, .. a.dim() == 1 ? [] : new[] { rows }, .. b.dim() == 1 ? [] : new[] { columns }]);
    }
}
