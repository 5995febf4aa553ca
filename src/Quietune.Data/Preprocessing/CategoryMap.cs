using System.Text;

namespace Quietune.Data.Preprocessing;

/// <summary>Finds a text's place in a list without making a string of it.</summary>
internal sealed class CategoryMap
{
    private readonly Dictionary<string, int> places = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> lookup;

    public CategoryMap(IReadOnlyList<string> values)
    {
        for (var i = 0; i < values.Count; i++)
        {
            places.TryAdd(values[i], i);
        }

        lookup = places.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    public int Find(ReadOnlySpan<byte> utf8)
    {
        var canonical = Canonical(utf8);
        if (canonical.Length > 1024)
        {
            return -1;
        }

        Span<char> letters = stackalloc char[canonical.Length];
        var length = Encoding.UTF8.GetChars(canonical, letters);
        var text = letters[..length];
        if (length is 4 or 5 && (text.Equals("true", StringComparison.OrdinalIgnoreCase) || text.Equals("false", StringComparison.OrdinalIgnoreCase)))
        {
            text.ToString().AsSpan().ToLowerInvariant(text);
        }

        return lookup.TryGetValue(text, out var place) ? place : -1;
    }

    /// <summary>The text by which a value is known, whichever format it was read from.</summary>
    public static string Name(ReadOnlySpan<byte> utf8)
    {
        var text = Encoding.UTF8.GetString(Canonical(utf8));
        return text.Equals("true", StringComparison.OrdinalIgnoreCase) || text.Equals("false", StringComparison.OrdinalIgnoreCase) ? text.ToLowerInvariant() : text;
    }

    // Without outer blanks, and a whole number without its fraction of zeros: "1.0" is "1", "1.50" and "v1.0" stay.
    private static ReadOnlySpan<byte> Canonical(ReadOnlySpan<byte> text)
    {
        text = text.Trim(" \t\r\n"u8);
        var point = text.IndexOf((byte)'.');
        if (point <= 0 || point == text.Length - 1 || text[(point + 1)..].IndexOfAnyExcept((byte)'0') >= 0)
        {
            return text;
        }

        var whole = text[..point];
        var digits = whole[0] == '-' ? whole[1..] : whole;
        return digits.Length > 0 && digits.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0 ? whole : text;
    }
}
