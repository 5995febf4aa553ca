using System.Text;
using Quietune.Onnx.Wire;

namespace Quietune.Onnx.Tests.Building;

/// <summary>Writes protobuf fields one after another.</summary>
internal sealed class ProtoWriter
{
    private readonly List<byte> bytes = [];

    public byte[] ToArray() => [.. bytes];

    public ProtoWriter Number(int field, long value)
    {
        Tag(field, WireKind.Varint);
        Varint.Append(bytes, (ulong)value);
        return this;
    }

    public ProtoWriter Single(int field, float value)
    {
        Tag(field, WireKind.Fixed32);
        bytes.AddRange(BitConverter.GetBytes(value));
        return this;
    }

    public ProtoWriter Bytes(int field, ReadOnlySpan<byte> content)
    {
        Tag(field, WireKind.Bytes);
        Varint.Append(bytes, (ulong)content.Length);
        bytes.AddRange(content);
        return this;
    }

    public ProtoWriter Text(int field, string text) => Bytes(field, Encoding.UTF8.GetBytes(text));

    public ProtoWriter Packed(int field, IEnumerable<long> values)
    {
        var content = new List<byte>();
        foreach (var value in values)
        {
            Varint.Append(content, (ulong)value);
        }

        return Bytes(field, content.ToArray());
    }

    public ProtoWriter Message(int field, Action<ProtoWriter> write)
    {
        var inner = new ProtoWriter();
        write(inner);
        return Bytes(field, inner.ToArray());
    }

    public ProtoWriter Raw(ReadOnlySpan<byte> content)
    {
        bytes.AddRange(content);
        return this;
    }

    private void Tag(int field, WireKind kind) => Varint.Append(bytes, ((ulong)field << 3) | (ulong)kind);
}
