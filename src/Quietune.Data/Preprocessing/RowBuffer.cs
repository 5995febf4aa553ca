namespace Quietune.Data.Preprocessing;

/// <summary>Rows on their way from chunks to batches; cuts batches where no privacy unit is split.</summary>
internal sealed class RowBuffer(int[] widths, bool hasUnits)
{
    private readonly float[][] inputs = [.. widths.Select(_ => Array.Empty<float>())];
    private float[] labels = [];
    private long[] units = [];
    private byte[] lastUnit = [];
    private long unitCount;
    private int start;
    private int end;
    private int firstNew;

    /// <summary>Makes room for new rows after those that still wait.</summary>
    public void Extend(int rows)
    {
        Compact();
        firstNew = end;
        end += rows;
        if (labels.Length < end)
        {
            var capacity = Math.Max(end, 2 * labels.Length);
            Array.Resize(ref labels, capacity);
            Array.Resize(ref units, hasUnits ? capacity : 0);
            for (var i = 0; i < widths.Length; i++)
            {
                Array.Resize(ref inputs[i], checked(capacity * widths[i]));
            }
        }
    }

    public Span<float> NewInput(int input) => inputs[input].AsSpan(firstNew * widths[input], (end - firstNew) * widths[input]);

    public Span<float> NewLabels => labels.AsSpan(firstNew, end - firstNew);

    /// <summary>Numbers the units in the order they come; rows of one unit are adjacent.</summary>
    public void SetUnit(int row, ReadOnlySpan<byte> unit)
    {
        if (unitCount == 0 || !unit.SequenceEqual(lastUnit))
        {
            lastUnit = unit.ToArray();
            unitCount++;
        }

        units[firstNew + row] = unitCount - 1;
    }

    /// <summary>The next batch, or null while it may still grow.</summary>
    public ExampleBatch? TryTake(int batchSize, bool atEnd)
    {
        var rows = hasUnits ? WholeUnits(batchSize, atEnd) : end - start >= batchSize ? batchSize : atEnd ? end - start : 0;
        if (rows == 0)
        {
            return null;
        }

        var from = start;
        start += rows;
        return new(
            rows,
            [.. inputs.Select((input, i) => input.AsSpan(from * widths[i], rows * widths[i]).ToArray())],
            labels.AsSpan(from, rows).ToArray(),
            hasUnits ? units.AsSpan(from, rows).ToArray() : null);
    }

    // The most whole units that fit, or one larger than the batch; a unit is whole when a row of the next one is here.
    private int WholeUnits(int batchSize, bool atEnd)
    {
        var cut = start;
        for (var row = start + 1; row <= end; row++)
        {
            var isBoundary = row == end ? atEnd : units[row] != units[row - 1];
            if (isBoundary && (row - start <= batchSize || cut == start))
            {
                cut = row;
            }

            if (row - start > batchSize && cut > start)
            {
                return cut - start;
            }
        }

        return atEnd || cut - start == batchSize ? cut - start : 0;
    }

    private void Compact()
    {
        for (var i = 0; start > 0 && i < widths.Length; i++)
        {
            inputs[i].AsSpan(start * widths[i], (end - start) * widths[i]).CopyTo(inputs[i]);
        }

        labels.AsSpan(start, end - start).CopyTo(labels);
        if (hasUnits)
        {
            units.AsSpan(start, end - start).CopyTo(units);
        }

        (start, end) = (0, end - start);
    }
}
