namespace Quietune.Data.Preprocessing;

/// <summary>A column of numbers that becomes one float.</summary>
/// <param name="Column">The column's name in the table.</param>
/// <param name="Impute">The number, in the column's own unit, that stands for a missing value; null refuses missing values.</param>
public abstract record NumberColumn(string Column, double? Impute) : ColumnSpec(Column)
{
    /// <inheritdoc/>
    public sealed override int Width => 1;

    internal sealed override bool AsText => false;

    internal sealed override void Write(CellReader cells, Span<float> target, int stride)
    {
        for (var row = 0; row < cells.Count; row++)
        {
            target[row * stride] = (float)Transform(cells.Number(row, Impute), cells, row);
        }
    }

    /// <summary>Maps one number.</summary>
    private protected abstract double Transform(double value, CellReader cells, int row);
}
