namespace Quietune.Data.Preprocessing;

/// <summary>Mean and deviation (Welford 1962, row by row, so that chunks do not matter) or the distinct texts of a public column.</summary>
internal sealed class ColumnSummary(int mostTexts)
{
    private readonly SortedSet<string> texts = new(StringComparer.Ordinal);
    private double sumOfSquares;
    private long numbers;
    private bool sawOtherText;

    public long Count { get; private set; }

    public bool IsNumber => !sawOtherText && numbers > 0;

    public double Mean { get; private set; }

    public double Deviation => Math.Sqrt(sumOfSquares / Math.Max(1, numbers));

    /// <summary>The distinct texts in ordinal order; one more than the limit when there are more.</summary>
    public IReadOnlyList<string> Texts => [.. texts];

    public void Add(CellReader cells)
    {
        for (var row = 0; row < cells.Count; row++)
        {
            Count++;
            if (cells.IsMissing(row))
            {
                continue;
            }

            if (cells.IsText && texts.Count <= mostTexts)
            {
                texts.Add(CategoryMap.Name(cells.Text(row)));
            }

            sawOtherText |= cells.IsText && !CellReader.TryParse(cells.Text(row), out _);
            if (!sawOtherText && cells.TryNumber(row, out var number))
            {
                numbers++;
                var difference = number - Mean;
                Mean += difference / numbers;
                sumOfSquares += difference * (number - Mean);
            }
        }
    }
}
