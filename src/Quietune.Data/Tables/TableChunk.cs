namespace Quietune.Data.Tables;

/// <summary>Some adjacent rows of a table, column by column; a buffer that its reader fills again and again.</summary>
public sealed class TableChunk
{
    private readonly ColumnValues[] columns;

    /// <summary>An empty chunk.</summary>
    /// <param name="columnCount">Number of columns.</param>
    public TableChunk(int columnCount)
    {
        columns = [.. Enumerable.Range(0, columnCount).Select(_ => new ColumnValues())];
        RowNumbers = new ColumnValues();
    }

    /// <summary>Number of rows.</summary>
    public int Count { get; set; }

    /// <summary>The values, in the order the columns were asked for.</summary>
    public IReadOnlyList<ColumnValues> Columns => columns;

    /// <summary>Number of the first row in the table, from 1; used where <see cref="RowNumbers"/> is empty.</summary>
    public long FirstRow { get; set; } = 1;

    /// <summary>The rows' numbers in the unsorted table, where sorting moved them; empty otherwise.</summary>
    public ColumnValues RowNumbers { get; }

    /// <summary>The number of a row in the unsorted table, from 1.</summary>
    /// <param name="row">Its place in this chunk, from 0.</param>
    public long RowNumber(int row) => RowNumbers.Count > 0 ? (long)RowNumbers.Numbers[row] : FirstRow + row;
}
