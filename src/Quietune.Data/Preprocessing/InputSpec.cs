namespace Quietune.Data.Preprocessing;

/// <summary>One input of the model, put together from columns.</summary>
/// <param name="Shape">Shape of one example; its product is the sum of the columns' widths.</param>
/// <param name="Columns">The columns, in the order of the input's floats.</param>
/// <param name="Name">Name of the model's input; null for the input in this place.</param>
public sealed record InputSpec(IReadOnlyList<int> Shape, IReadOnlyList<ColumnSpec> Columns, string? Name = null)
{
    internal int Width => Columns.Sum(column => column.Width);

    internal string? Problem() =>
        Columns.Count == 0 ? "Expected at least one column in every input"
        : Shape.Count == 0 || Shape.Any(size => size < 1) || Shape.Aggregate(1L, (product, size) => checked(product * size)) != Width
            ? $"Expected an input shape of product {Width}, the columns' floats together, got [{string.Join(", ", Shape)}]"
        : Columns.Select(column => column.Problem() is { } problem ? $"{problem} (column '{column.Column}')" : null).FirstOrDefault(problem => problem is not null);
}
