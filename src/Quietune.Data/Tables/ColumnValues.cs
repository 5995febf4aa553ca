namespace Quietune.Data.Tables;

/// <summary>The values of one column in a chunk: either numbers, or UTF-8 texts; some may be missing.</summary>
public sealed class ColumnValues
{
    private double[] numbers = new double[2048];
    private bool[] missing = new bool[2048];
    private int[] ends = new int[2048];
    private byte[] bytes = [];
    private int count;

    /// <summary>Number of values.</summary>
    public int Count => count;

    /// <summary>Whether the values are texts.</summary>
    public bool IsText { get; private set; }

    /// <summary>The numbers, [Count]; undefined where missing.</summary>
    public ReadOnlySpan<double> Numbers => numbers.AsSpan(0, count);

    /// <summary>Whether each value is missing, [Count].</summary>
    public ReadOnlySpan<bool> Missing => missing.AsSpan(0, count);

    /// <summary>One text in UTF-8, valid until the chunk is filled again.</summary>
    /// <param name="row">Place in the chunk.</param>
    public ReadOnlySpan<byte> Text(int row)
    {
        var start = row == 0 ? 0 : ends[row - 1];
        return bytes.AsSpan(start, ends[row] - start);
    }

    /// <summary>Forgets the values and says what comes next.</summary>
    /// <param name="isText">Texts, or numbers.</param>
    public void Clear(bool isText)
    {
        count = 0;
        IsText = isText;
    }

    /// <summary>Adds a missing value.</summary>
    public void AddMissing()
    {
        Grow(1);
        missing[count] = true;
        numbers[count] = double.NaN;
        ends[count] = count == 0 ? 0 : ends[count - 1];
        count++;
    }

    /// <summary>Adds a number.</summary>
    /// <param name="value">Any number; a NaN is a value, not missing.</param>
    public void AddNumber(double value)
    {
        Grow(1);
        missing[count] = false;
        numbers[count++] = value;
    }

    /// <summary>Adds numbers none of which is missing.</summary>
    /// <param name="values">The numbers.</param>
    public void AddNumbers(ReadOnlySpan<double> values)
    {
        Grow(values.Length);
        missing.AsSpan(count, values.Length).Clear();
        values.CopyTo(numbers.AsSpan(count));
        count += values.Length;
    }

    /// <summary>Adds a text.</summary>
    /// <param name="utf8">The text in UTF-8; copied.</param>
    public void AddText(ReadOnlySpan<byte> utf8)
    {
        Grow(1);
        var start = count == 0 ? 0 : ends[count - 1];
        if (bytes.Length - start < utf8.Length)
        {
            Array.Resize(ref bytes, (int)Math.Min(Array.MaxLength, Math.Max(2L * bytes.Length, (long)start + utf8.Length)));
        }

        utf8.CopyTo(bytes.AsSpan(start));
        missing[count] = false;
        ends[count++] = start + utf8.Length;
    }

    private void Grow(int more)
    {
        if (count + more > numbers.Length)
        {
            var length = Math.Max(2 * numbers.Length, count + more);
            Array.Resize(ref numbers, length);
            Array.Resize(ref missing, length);
            Array.Resize(ref ends, length);
        }
    }
}
