using System.IO.Compression;
using System.Text;

namespace Quietune.Data.Tables;

/// <summary>The first line of a CSV file: its delimiter and its columns' names.</summary>
internal sealed record CsvHeader(char Delimiter, IReadOnlyList<string> Names)
{
    private const int LongestHeader = 1 << 20;
    private static readonly char[] Delimiters = [',', '\t', ';', '|'];

    public static CsvHeader Read(string path)
    {
        var line = FirstLine(path);
        var delimiter = Delimiters.MaxBy(candidate => Split(line, candidate, path).Count);
        var names = Split(line, delimiter, path);
        for (var i = 0; i < names.Count; i++)
        {
            // Tables written with an unnamed index column.
            names[i] = names[i].Trim() is { Length: > 0 } name ? name : $"column{i}";
        }

        var twice = names.GroupBy(name => name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(group => group.Count() > 1);
        return twice is null ? new(delimiter, names) : throw new InvalidDataException($"{path}, line 1: expected a header of unique column names, got one of them twice.");
    }

    private static string FirstLine(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        using var content = new BufferedStream(path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? new GZipStream(file, CompressionMode.Decompress) : file);
        var line = new List<byte>();
        var quoted = false;
        try
        {
            for (var letter = content.ReadByte(); letter >= 0 && (quoted || letter is not ('\n' or '\r')); letter = content.ReadByte())
            {
                quoted ^= letter == '"';
                line.Add((byte)letter);
                if (line.Count > LongestHeader || letter == 0)
                {
                    throw new InvalidDataException($"{path}, line 1: expected a header of UTF-8 text of at most {LongestHeader} bytes.");
                }
            }

            var text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString([.. line]).TrimStart('\uFEFF');
            return text.Trim().Length > 0 ? text : throw new InvalidDataException($"{path}, line 1: expected a header line with the columns' names, got an empty one.");
        }
        catch (DecoderFallbackException failure)
        {
            throw new InvalidDataException($"{path}, line 1: expected a header of UTF-8 text.", failure);
        }
        catch (InvalidDataException failure) when (!failure.Message.Contains(path, StringComparison.Ordinal))
        {
            throw new InvalidDataException($"{path} is damaged: its gzip stream cannot be decompressed.", failure);
        }
    }

    private static List<string> Split(string line, char delimiter, string path)
    {
        var names = new List<string>();
        var name = new StringBuilder();
        var quoted = false;
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] == '"')
            {
                // A doubled quote inside quotes is a quote.
                if (quoted && i + 1 < line.Length && line[i + 1] == '"')
                {
                    name.Append(line[i++]);
                }
                else
                {
                    quoted = !quoted;
                }
            }
            else if (line[i] == delimiter && !quoted)
            {
                names.Add(name.ToString());
                name.Clear();
            }
            else
            {
                name.Append(line[i]);
            }
        }

        names.Add(name.ToString());
        return quoted ? throw new InvalidDataException($"{path}, line 1: expected every quoted name in the header to be closed.") : names;
    }
}
