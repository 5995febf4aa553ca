using System.Buffers;
using System.Text;

namespace Quietune.Benchmarks.Scale;

/// <summary>Protocol-buffer fields, one after another.</summary>
internal sealed class ProtoMessage
{
    private readonly ArrayBufferWriter<byte> bytes = new();

    public ProtoMessage Number(int field, long value)
    {
        Varint((ulong)field << 3);
        Varint((ulong)value);
        return this;
    }

    public ProtoMessage Single(int field, float value)
    {
        Varint(((ulong)field << 3) | 5);
        bytes.Write(BitConverter.GetBytes(value));
        return this;
    }

    public ProtoMessage Bytes(int field, ReadOnlySpan<byte> content)
    {
        Varint(((ulong)field << 3) | 2);
        Varint((ulong)content.Length);
        bytes.Write(content);
        return this;
    }

    public ProtoMessage Text(int field, string text) => Bytes(field, Encoding.UTF8.GetBytes(text));

    public ProtoMessage Message(int field, ProtoMessage message) => Bytes(field, message.ToArray());

    public byte[] ToArray() => bytes.WrittenSpan.ToArray();

    private void Varint(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            bytes.Write([(byte)(value | 0x80)]);
        }

        bytes.Write([(byte)value]);
    }
}
