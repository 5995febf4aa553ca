using System.Text;
using System.Text.Json.Serialization;

namespace Quietune.Data.Preprocessing;

/// <summary>A column of texts that are looked up in a list.</summary>
/// <remarks>Whole numbers written with a fraction of zeros ("1.0") are taken without it, and true and false in lower case, so that every format gives the same text.</remarks>
/// <param name="Column">The column's name in the table.</param>
/// <param name="Values">The texts known, from public data.</param>
public abstract record CategoryColumn(string Column, IReadOnlyList<string> Values) : ColumnSpec(Column)
{
    private readonly CategoryMap map = new(Values);

    internal sealed override bool AsText => true;

    /// <summary>Place of a cell's text in <see cref="Values"/>, or -1 when it is missing or not known.</summary>
    private protected int Find(CellReader cells, int row) => cells.IsMissing(row) ? -1 : map.Find(cells.Text(row));

    internal override string? Problem() =>
        Values.Count == 0 || Values.Distinct(StringComparer.Ordinal).Count() != Values.Count ? "Expected a list of at least one value without repetition" : null;
}
