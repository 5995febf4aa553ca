namespace Quietune.Data.Preprocessing;

/// <summary>How the label column becomes a class index or a target.</summary>
/// <param name="Column">The column's name in the table; ignored for images, whose labels lie in a file of their own.</param>
/// <param name="Kind">Classes or number.</param>
/// <param name="Classes">The classes' texts, from public data; the first is class 0. Null for numbers.</param>
public sealed record LabelSpec(string Column, LabelKind Kind, IReadOnlyList<string>? Classes = null)
{
    private readonly CategoryMap map = new(Classes ?? []);

    internal bool AsText => Kind == LabelKind.Classes;

    internal void Write(CellReader cells, Span<float> target)
    {
        for (var row = 0; row < cells.Count; row++)
        {
            target[row] = Kind == LabelKind.Number ? (float)cells.Number(row, impute: null) : Class(cells, row);
        }
    }

    internal string? Problem() => Kind == LabelKind.Classes && (Classes is not { Count: > 0 } || Classes.Distinct(StringComparer.Ordinal).Count() != Classes.Count)
        ? "Expected a label of kind 'classes' to list at least one class, without repetition" : null;

    internal string Expected => $"one of the {Classes!.Count} classes ({string.Join(", ", Classes.Take(12))}{(Classes.Count > 12 ? ", …" : "")})";

    private int Class(CellReader cells, int row) =>
        !cells.IsMissing(row) && map.Find(cells.Text(row)) is var place and >= 0 ? place : throw cells.Problem(row, Expected);
}
