namespace Quietune.Data.Preprocessing;

/// <summary>The place of a text in a list, for a model that looks it up in an embedding.</summary>
/// <param name="Column">The column's name in the table.</param>
/// <param name="Values">The texts known, from public data; the first has place 0.</param>
/// <param name="Unknown">Place that stands for a missing or unknown text; null refuses them.</param>
public sealed record IndexColumn(string Column, IReadOnlyList<string> Values, int? Unknown = null) : CategoryColumn(Column, Values)
{
    /// <inheritdoc/>
    public override int Width => 1;

    internal override void Write(CellReader cells, Span<float> target, int stride)
    {
        for (var row = 0; row < cells.Count; row++)
        {
            var place = Find(cells, row);
            target[row * stride] = place >= 0 ? place : Unknown ?? throw cells.Problem(row, $"one of the {Values.Count} texts of the preprocessing spec");
        }
    }
}
