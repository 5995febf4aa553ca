using System.Text;

namespace Quietune.Onnx;

/// <summary>Errors about files, in one sentence on one line, whatever the names in the file hold.</summary>
internal static class Refusal
{
    private const int LongestSentence = 1000;

    /// <summary>An error about a file's content.</summary>
    public static InvalidDataException Of(string path, string sentence, Exception? cause = null) => new(Line(path, sentence), cause);

    /// <summary>An error about what a caller wants of a file.</summary>
    public static ArgumentException OfArgument(string path, string sentence) => new(Line(path, sentence));

    /// <summary>An error about a file that is not there.</summary>
    public static FileNotFoundException OfMissing(string path, string sentence, string missing) => new(Line(path, sentence), missing);

    /// <summary>Control characters could break the line or steer a terminal, and names may be of any length.</summary>
    private static string Line(string path, string sentence)
    {
        var line = new StringBuilder(path).Append(": ");
        foreach (var letter in sentence.Take(LongestSentence))
        {
            _ = char.IsControl(letter) || letter is '\u2028' or '\u2029' ? line.Append($"\\u{(int)letter:x4}") : line.Append(letter);
        }

        return sentence.Length > LongestSentence ? line.Append("...").ToString() : line.ToString();
    }
}
