namespace Quietune.Data.Preprocessing;

/// <summary>One float a known text: 1 for the cell's text and 0 for the others; all 0 for a missing or unknown one.</summary>
/// <param name="Column">The column's name in the table.</param>
/// <param name="Values">The texts known, from public data.</param>
public sealed record OneHotColumn(string Column, IReadOnlyList<string> Values) : CategoryColumn(Column, Values)
{
    /// <inheritdoc/>
    public override int Width => Values.Count;

    internal override void Write(CellReader cells, Span<float> target, int stride)
    {
        for (var row = 0; row < cells.Count; row++)
        {
            var place = Find(cells, row);
            for (var i = 0; i < Width; i++)
            {
                target[(row * stride) + i] = i == place ? 1 : 0;
            }
        }
    }
}
