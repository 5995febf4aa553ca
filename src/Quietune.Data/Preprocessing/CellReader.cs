using System.Globalization;
using Quietune.Data.Tables;

namespace Quietune.Data.Preprocessing;

/// <summary>The cells of one column in one chunk, as the preprocessing understands them: missing, number or text.</summary>
internal sealed class CellReader(ITable table, string column, byte[][] missingTexts)
{
    private readonly int longestMissing = missingTexts.Length == 0 ? -1 : missingTexts.Max(text => text.Length);
    private TableChunk chunk = new(0);
    private ColumnValues values = new();

    public int Count => chunk.Count;

    public bool IsText => values.IsText;

    public void MoveTo(TableChunk next, int place) => (chunk, values) = (next, next.Columns[place]);

    public bool IsMissing(int row) => values.Missing[row] || (values.IsText && IsMissingText(Text(row)));

    public ReadOnlySpan<byte> Text(int row)
    {
        var text = values.Text(row);
        return text.Length <= TableProblem.LongestText
            ? text.Trim(" \t\r\n"u8)
            : throw TableProblem.Cell(table, chunk.RowNumber(row), column, $"at most {TableProblem.LongestText} bytes", $"{text.Length} bytes");
    }

    /// <summary>A finite number, or what stands for a missing one.</summary>
    public double Number(int row, double? impute) => TryNumber(row, out var number)
        ? number
        : impute ?? throw TableProblem.Cell(table, chunk.RowNumber(row), column, "a number", "");

    /// <summary>False when the cell is missing.</summary>
    public bool TryNumber(int row, out double number)
    {
        number = 0;
        if (values.Missing[row])
        {
            return false;
        }

        if (!values.IsText)
        {
            number = values.Numbers[row];
        }
        else
        {
            var text = Text(row);
            if (IsMissingText(text))
            {
                return false;
            }

            if (!TryParse(text, out number))
            {
                throw Problem(row, "a number");
            }
        }

        return double.IsFinite(number)
            || (double.IsNaN(number) && IsMissingText("NaN"u8) ? false : throw Problem(row, "a finite number"));
    }

    /// <summary>A number in any of the usual forms; true and false count as 1 and 0.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out double number)
    {
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number))
        {
            return true;
        }

        number = text.Length == 4 ? 1 : 0;
        return CategoryMap.Name(text) is "true" or "false";
    }

    /// <summary>The sentence about a bad cell.</summary>
    public InvalidDataException Problem(int row, string expected)
    {
        var place = chunk.RowNumber(row);
        return values.Missing[row] ? TableProblem.Cell(table, place, column, expected, "")
            : values.IsText ? TableProblem.Cell(table, place, column, expected, values.Text(row))
            : TableProblem.Cell(table, place, column, expected, values.Numbers[row].ToString(CultureInfo.InvariantCulture));
    }

    private bool IsMissingText(ReadOnlySpan<byte> text)
    {
        if (text.Length > longestMissing)
        {
            return false;
        }

        foreach (var missing in missingTexts)
        {
            if (text.SequenceEqual(missing))
            {
                return true;
            }
        }

        return false;
    }
}
