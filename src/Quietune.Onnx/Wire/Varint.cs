namespace Quietune.Onnx.Wire;

/// <summary>Base-128 numbers: seven bits a byte, least significant first, the high bit set on all bytes but the last.</summary>
/// <remarks>Source: Protocol Buffers documentation, "Encoding", section "Base 128 Varints".</remarks>
internal static class Varint
{
    private const int LongestLength = 10;

    /// <summary>Reads one number from the front of <paramref name="bytes"/>.</summary>
    /// <returns>How many bytes it took, or 0 when it does not end within the bytes or within ten bytes.</returns>
    public static int Read(ReadOnlySpan<byte> bytes, out ulong value)
    {
        value = 0;
        for (var i = 0; i < Math.Min(bytes.Length, LongestLength); i++)
        {
            value |= (ulong)(bytes[i] & 0x7f) << (7 * i);
            if (bytes[i] < 0x80)
            {
                return i + 1;
            }
        }

        return 0;
    }

    /// <summary>Appends <paramref name="value"/> in its shortest form.</summary>
    public static void Append(List<byte> target, ulong value)
    {
        while (value >= 0x80)
        {
            target.Add((byte)(value | 0x80));
            value >>= 7;
        }

        target.Add((byte)value);
    }

    /// <summary>The shortest form of <paramref name="value"/>.</summary>
    public static byte[] Encode(ulong value)
    {
        var bytes = new List<byte>(LongestLength);
        Append(bytes, value);
        return [.. bytes];
    }
}
