using System.Text;

namespace Quietune.Onnx.Wire;

/// <summary>Writes protobuf fields one after another.</summary>
internal sealed class WireWriter
{
    private readonly List<byte> bytes = [];

    public byte[] ToArray() => [.. bytes];

    public WireWriter Number(int field, long value)
    {
        Tag(field, WireKind.Varint);
        Varint.Append(bytes, (ulong)value);
        return this;
    }

    public WireWriter Single(int field, float value)
    {
        Tag(field, WireKind.Fixed32);
        bytes.AddRange(BitConverter.GetBytes(value));
        return this;
    }

    public WireWriter Bytes(int field, ReadOnlySpan<byte> content)
    {
        Tag(field, WireKind.Bytes);
        Varint.Append(bytes, (ulong)content.Length);
        bytes.AddRange(content);
        return this;
    }

    public WireWriter Text(int field, string text) => Bytes(field, Encoding.UTF8.GetBytes(text));

    public WireWriter Packed(int field, IEnumerable<long> values)
    {
        var content = new List<byte>();
        foreach (var value in values)
        {
            Varint.Append(content, (ulong)value);
        }

        return Bytes(field, content.ToArray());
    }

    public WireWriter Message(int field, Action<WireWriter> write)
    {
        var inner = new WireWriter();
        write(inner);
        return Bytes(field, inner.ToArray());
    }

    public WireWriter Raw(ReadOnlySpan<byte> content)
    {
        bytes.AddRange(content);
        return this;
    }

    private void Tag(int field, WireKind kind) => Varint.Append(bytes, ((ulong)field << 3) | (ulong)kind);
}
