using Quietune.Onnx.Wire;

namespace Quietune.Onnx.Format;

/// <summary>A key and a value, as metadata and external data store them.</summary>
/// <remarks>Source: ONNX specification, <c>StringStringEntryProto</c>.</remarks>
internal static class TextEntry
{
    /// <summary>The number of the value's field.</summary>
    public const int Value = 2;

    private const int Key = 1;

    /// <summary>Reads an entry.</summary>
    public static (string Key, string Value) Read(WireMessage message)
    {
        var (key, value) = (string.Empty, string.Empty);
        foreach (var field in message.Fields())
        {
            switch (field.Number)
            {
                case Key:
                    key = message.Text(field);
                    break;
                case Value:
                    value = message.Text(field);
                    break;
            }
        }

        return (key, value);
    }

    /// <summary>The bytes of an entry, with its tag and length, for field <paramref name="number"/>.</summary>
    public static byte[] Encode(int number, string key, string value)
    {
        List<byte> content = [.. Text(Key, key), .. Text(Value, value)];
        return [.. Varint.Encode(((ulong)number << 3) | (ulong)WireKind.Bytes), .. Varint.Encode((ulong)content.Count), .. content];
    }

    private static byte[] Text(int number, string text)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(text);
        return [.. Varint.Encode(((ulong)number << 3) | (ulong)WireKind.Bytes), .. Varint.Encode((ulong)bytes.Length), .. bytes];
    }
}
