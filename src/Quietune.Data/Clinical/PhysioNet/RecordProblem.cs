using System.Text;

namespace Quietune.Data.Clinical.PhysioNet;

/// <summary>Makes the sentence about a malformed record; of private records it names the place and what was expected, never a value or a number.</summary>
internal sealed class RecordProblem(string source, bool isPrivate)
{
    private const int LongestQuotation = 40;

    public InvalidDataException At(RecordFile file, int line, string expected, ReadOnlySpan<byte> got) =>
        new($"{Place(file)}, line {line}: expected {expected}{(isPrivate ? "" : $", got {Quote(got)}")}.");

    public InvalidDataException Of(RecordFile file, string expected) => new($"{Place(file)}: expected {expected}.");

    public InvalidDataException Twice(RecordFile file, long id) =>
        new($"{Place(file)}: expected each record once, got {(isPrivate ? "one again" : $"RecordID {id} again")}.");

    private string Place(RecordFile file) => isPrivate ? $"{source}, record file {file.Place}" : $"{source}, {file.Name}";

    private static string Quote(ReadOnlySpan<byte> got)
    {
        var text = Encoding.UTF8.GetString(got[..Math.Min(got.Length, 4 * LongestQuotation)]);
        text = string.Concat(text.Select(letter => char.IsControl(letter) ? ' ' : letter));
        return text.Length == 0 ? "nothing" : text.Length > LongestQuotation ? $"'{text[..LongestQuotation]}…'" : $"'{text}'";
    }
}
