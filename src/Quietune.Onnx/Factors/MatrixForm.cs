namespace Quietune.Onnx.Factors;

/// <summary>How the elements of a tensor make up matrices: [groups, out, in] in the tensor's own order, or [groups, in, out].</summary>
/// <param name="Groups">How many matrices.</param>
/// <param name="Outputs">Rows of each.</param>
/// <param name="Inputs">Columns of each.</param>
/// <param name="Transposed">Whether the columns come first.</param>
internal readonly record struct MatrixForm(long Groups, long Outputs, long Inputs, bool Transposed)
{
    /// <summary>The same elements as the transposed matrices.</summary>
    public MatrixForm Swapped => new(Groups, Inputs, Outputs, !Transposed);

    /// <summary>Elements that are each on their own: a column.</summary>
    public static MatrixForm Column(IEnumerable<long> shape) => new(1, shape.Aggregate(1L, (product, size) => product * size), 1, Transposed: false);
}
