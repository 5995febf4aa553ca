using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Quietune.Privacy.Ledger;

/// <summary>Writes JSON in the one form in which equal values have equal bytes, so that a hash or signature stands for the value.</summary>
/// <remarks>Source: RFC 8785 (Rundgren, Jordan and Erdtman 2020): no white space, members sorted by UTF-16 code units, numbers as ECMAScript writes them.</remarks>
public static class CanonicalJson
{
    private const double LargestExactInteger = 9007199254740991;

    /// <summary>The canonical form of <paramref name="value"/>.</summary>
    /// <exception cref="InvalidDataException">A member is repeated, or a number is beyond what a double holds.</exception>
    public static string Write(JsonElement value)
    {
        var text = new StringBuilder();
        Append(text, value);
        return text.ToString();
    }

    /// <summary>The canonical form of the JSON in <paramref name="json"/>.</summary>
    /// <exception cref="InvalidDataException">The text is no JSON, a member is repeated, or a number is beyond what a double holds.</exception>
    public static string Write(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return Write(document.RootElement);
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"Expected JSON: {error.Message}", error);
        }
    }

    /// <summary>SHA-256 of the canonical form in UTF-8, in lower-case hexadecimal.</summary>
    /// <exception cref="InvalidDataException">A member is repeated, or a number is beyond what a double holds.</exception>
    public static string Hash(JsonElement value) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Write(value))));

    private static void Append(StringBuilder text, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                AppendObject(text, value);
                break;
            case JsonValueKind.Array:
                var first = true;
                text.Append('[');
                foreach (var item in value.EnumerateArray())
                {
                    _ = first ? text : text.Append(',');
                    first = false;
                    Append(text, item);
                }

                text.Append(']');
                break;
            case JsonValueKind.String:
                AppendString(text, value.GetString()!);
                break;
            case JsonValueKind.Number:
                text.Append(Number(value));
                break;
            default:
                text.Append(value.GetRawText());
                break;
        }
    }

    private static void AppendObject(StringBuilder text, JsonElement value)
    {
        var members = value.EnumerateObject().ToArray();
        Array.Sort(members, (left, right) => string.CompareOrdinal(left.Name, right.Name));
        text.Append('{');
        for (var i = 0; i < members.Length; i++)
        {
            if (i > 0)
            {
                text.Append(',');
                if (members[i].Name == members[i - 1].Name)
                {
                    throw new InvalidDataException($"Expected every member of a JSON object once, got '{members[i].Name}' twice.");
                }
            }

            AppendString(text, members[i].Name);
            text.Append(':');
            Append(text, members[i].Value);
        }

        text.Append('}');
    }

    private static void AppendString(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (var letter in value)
        {
            _ = letter switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                '\b' => text.Append("\\b"),
                '\f' => text.Append("\\f"),
                '\n' => text.Append("\\n"),
                '\r' => text.Append("\\r"),
                '\t' => text.Append("\\t"),
                < ' ' => text.Append($"\\u{(int)letter:x4}"),
                _ => text.Append(letter),
            };
        }

        text.Append('"');
    }

    private static string Number(JsonElement value)
    {
        var number = value.GetDouble();
        return double.IsFinite(number) && (Math.Abs(number) <= LargestExactInteger || !value.TryGetInt64(out _))
            ? Number(number)
            : throw new InvalidDataException($"Expected a number that a double holds, got {value.GetRawText()}.");
    }

    /// <summary>Source: ECMA-262, Number::toString, for radix 10.</summary>
    private static string Number(double number)
    {
        if (number == 0)
        {
            return "0";
        }

        // The shortest digits that read back as the same number, and the place of the decimal point relative to the first of them.
        var parts = Math.Abs(number).ToString("R").Split('E');
        var (whole, fraction) = parts[0].Split('.') is [var left, var right] ? (left, right) : (parts[0], "");
        var all = whole + fraction;
        var mantissa = all.TrimStart('0');
        var point = whole.Length - (all.Length - mantissa.Length) + (parts.Length > 1 ? int.Parse(parts[1]) : 0);
        mantissa = mantissa.TrimEnd('0');
        var sign = number < 0 ? "-" : "";
        return sign + point switch
        {
            > 0 and <= 21 when mantissa.Length <= point => mantissa.PadRight(point, '0'),
            > 0 and <= 21 => $"{mantissa[..point]}.{mantissa[point..]}",
            > -6 and <= 0 => $"0.{new string('0', -point)}{mantissa}",
            _ => $"{mantissa[0]}{(mantissa.Length > 1 ? "." : "")}{mantissa[1..]}e{(point > 0 ? "+" : "-")}{Math.Abs(point - 1)}",
        };
    }
}
