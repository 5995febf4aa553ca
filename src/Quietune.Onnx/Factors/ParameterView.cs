using System.Runtime.InteropServices;

namespace Quietune.Onnx.Factors;

/// <summary>How a value that nodes read was made from a parameter alone.</summary>
/// <param name="Kind">What was done to the elements.</param>
/// <param name="Rows">For a transposition: the parameter's elements are a matrix of so many rows …</param>
/// <param name="Columns">… and columns, and the value holds its transpose.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ParameterView(ViewKind Kind, long Rows = 0, long Columns = 0)
{
    /// <summary>The view after an axis permutation of a value of some shape.</summary>
    public ParameterView Permuted(IReadOnlyList<long> shape, IReadOnlyList<long> order)
    {
        var moved = order.Where(axis => shape[(int)axis] != 1).ToList();
        var split = moved.FindIndex(axis => axis == moved.Min());
        if (split <= 0)
        {
            return moved.SequenceEqual(moved.Order()) ? this : new(ViewKind.Derived);
        }

        // A rotation of the axes is the transpose of a matrix: those before the split follow those after it.
        var rotated = moved[split..].Concat(moved[..split]).ToList();
        if (!rotated.SequenceEqual(rotated.Order()))
        {
            return new(ViewKind.Derived);
        }

        var columns = moved[..split].Aggregate(1L, (product, axis) => product * shape[(int)axis]);
        var rows = moved[split..].Aggregate(1L, (product, axis) => product * shape[(int)axis]);
        return Kind switch
        {
            ViewKind.Same => new(ViewKind.Transposed, rows, columns),
            ViewKind.Transposed when rows == Columns && columns == Rows => new(ViewKind.Same),
            _ => new(ViewKind.Derived),
        };
    }

    /// <summary>The form of the parameter's own elements that a form of the value's amounts to, or null.</summary>
    public MatrixForm? OnParameter(MatrixForm form)
    {
        if (Kind == ViewKind.Same)
        {
            return form;
        }

        // The value's elements are a matrix [Columns, Rows].
        var (first, second) = form.Transposed ? (form.Inputs, form.Outputs) : (form.Outputs, form.Inputs);
        return Kind == ViewKind.Transposed && form.Groups == 1 && first == Columns && second == Rows ? form with { Transposed = !form.Transposed } : null;
    }
}
