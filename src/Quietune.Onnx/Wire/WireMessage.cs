using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Quietune.Onnx.Wire;

/// <summary>A protobuf message as a place in a file: it reads fields, and knows the messages around it.</summary>
/// <remarks>
/// Nothing is copied and nothing is dropped, so that a writer can change a few bytes and leave all others, fields
/// unknown to us among them, as they were. Source: Protocol Buffers documentation, "Encoding".
/// </remarks>
internal sealed class WireMessage
{
    private const int DeepestNesting = 64;
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    private readonly byte[] file;

    /// <summary>The whole of <paramref name="file"/>, as one message.</summary>
    /// <param name="file">The file's bytes; not copied.</param>
    /// <param name="path">What to call the file in errors.</param>
    public WireMessage(byte[] file, string path)
    {
        this.file = file;
        Path = path;
        Length = file.Length;
    }

    private WireMessage(WireMessage parent, WireField field)
    {
        file = parent.file;
        Path = parent.Path;
        Parent = parent;
        Field = field;
        Offset = field.Offset;
        Length = field.Length;
        Depth = parent.Depth + 1;
    }

    /// <summary>The file, as errors name it.</summary>
    public string Path { get; }

    /// <summary>The message around this one, or null for the file itself.</summary>
    public WireMessage? Parent { get; }

    /// <summary>The field of <see cref="Parent"/> that this message is.</summary>
    public WireField Field { get; }

    /// <summary>How many messages are around this one.</summary>
    public int Depth { get; }

    /// <summary>Where the content begins.</summary>
    public int Offset { get; }

    /// <summary>The content's length in bytes.</summary>
    public int Length { get; }

    /// <summary>The fields in the order of the file.</summary>
    /// <exception cref="InvalidDataException">A field is cut off or malformed.</exception>
    public IEnumerable<WireField> Fields()
    {
        var position = Offset;
        var end = Offset + Length;
        while (position < end)
        {
            var field = Next(position, end);
            if (field.Kind == WireKind.GroupStart)
            {
                field = field with { Length = GroupLength(field, end) };
            }
            else if (field.Kind == WireKind.GroupEnd)
            {
                throw Broken(position, "the end of a group that did not start");
            }

            yield return field;
            position = field.End;
        }
    }

    /// <summary>The message that <paramref name="field"/> holds.</summary>
    /// <exception cref="InvalidDataException">The field is not a message, or messages nest too deep.</exception>
    public WireMessage Message(WireField field)
    {
        Expect(field, WireKind.Bytes);
        return Depth < DeepestNesting
            ? new WireMessage(this, field)
            : throw Refusal.Of(Path, $"expected at most {DeepestNesting} messages inside each other, got more at byte {field.Start}.");
    }

    /// <summary>The bytes that <paramref name="field"/> holds.</summary>
    /// <exception cref="InvalidDataException">The field is a number.</exception>
    public ReadOnlyMemory<byte> Bytes(WireField field)
    {
        Expect(field, WireKind.Bytes);
        return file.AsMemory(field.Offset, field.Length);
    }

    /// <summary>The text that <paramref name="field"/> holds.</summary>
    /// <exception cref="InvalidDataException">The field is not valid UTF-8.</exception>
    public string Text(WireField field)
    {
        try
        {
            return StrictUtf8.GetString(Bytes(field).Span);
        }
        catch (DecoderFallbackException)
        {
            throw Broken(field.Start, "a text that is not valid UTF-8");
        }
    }

    /// <summary>The signed number that <paramref name="field"/> holds.</summary>
    /// <exception cref="InvalidDataException">The field is not a varint.</exception>
    public long Integer(WireField field)
    {
        Expect(field, WireKind.Varint);
        return (long)field.Value;
    }

    /// <summary>The 32-bit float that <paramref name="field"/> holds.</summary>
    /// <exception cref="InvalidDataException">The field is not four bytes.</exception>
    public float Single(WireField field)
    {
        Expect(field, WireKind.Fixed32);
        return BitConverter.UInt32BitsToSingle((uint)field.Value);
    }

    /// <summary>Appends the numbers of a repeated varint field, packed or one by one.</summary>
    /// <exception cref="InvalidDataException">A number is cut off, or the field is of another kind.</exception>
    public void AppendIntegers(WireField field, List<long> target)
    {
        if (field.Kind == WireKind.Varint)
        {
            target.Add((long)field.Value);
            return;
        }

        var bytes = Bytes(field).Span;
        for (var position = 0; position < bytes.Length;)
        {
            var length = Varint.Read(bytes[position..], out var value);
            if (length == 0)
            {
                throw Broken(field.Offset + position, "a number that does not end");
            }

            target.Add((long)value);
            position += length;
        }
    }

    /// <summary>Appends the floats of a repeated field, packed or one by one.</summary>
    /// <exception cref="InvalidDataException">The bytes are no whole number of floats.</exception>
    public void AppendSingles(WireField field, List<float> target)
    {
        if (field.Kind == WireKind.Fixed32)
        {
            target.Add(Single(field));
            return;
        }

        var bytes = Bytes(field).Span;
        if (bytes.Length % sizeof(float) != 0)
        {
            throw Broken(field.Start, $"{bytes.Length} bytes where whole 4-byte floats were expected");
        }

        target.AddRange(MemoryMarshal.Cast<byte, float>(bytes));
    }

    /// <summary>An error at a byte of this file.</summary>
    public InvalidDataException Broken(int position, string found) => Refusal.Of(Path, $"expected an ONNX model (protobuf), got {found} at byte {position} of {file.Length}.");

    private int GroupLength(WireField start, int end)
    {
        var open = new Stack<int>([start.Number]);
        var position = start.Offset;
        while (open.Count > 0)
        {
            if (position >= end)
            {
                throw Broken(start.Start, "a group that does not end");
            }

            var field = Next(position, end);
            position = field.End;
            if (field.Kind == WireKind.GroupStart)
            {
                open.Push(field.Number);
            }
            else if (field.Kind == WireKind.GroupEnd && open.Pop() != field.Number)
            {
                throw Broken(field.Start, "the end of another group than the one that started");
            }
        }

        return position - start.Offset;
    }

    private WireField Next(int start, int end)
    {
        var tagLength = Varint.Read(file.AsSpan(start, end - start), out var tag);
        if (tagLength == 0 || tag >> 3 is 0 or > 0x1fffffff)
        {
            throw Broken(start, "no field tag");
        }

        var kind = (WireKind)(tag & 7);
        var offset = start + tagLength;
        var rest = file.AsSpan(offset, end - offset);
        var (length, value) = kind switch
        {
            WireKind.Varint => (Varint.Read(rest, out var number), number),
            WireKind.Fixed64 when rest.Length >= 8 => (8, BinaryPrimitives.ReadUInt64LittleEndian(rest)),
            WireKind.Fixed32 when rest.Length >= 4 => (4, BinaryPrimitives.ReadUInt32LittleEndian(rest)),
            WireKind.Bytes => (Varint.Read(rest, out var count), count),
            WireKind.GroupStart or WireKind.GroupEnd => (0, 0ul),
            _ => (0, 0ul),
        };

        if (kind > WireKind.Fixed32 || (length == 0 && kind is not (WireKind.GroupStart or WireKind.GroupEnd)))
        {
            throw Broken(start, $"a field of number {tag >> 3} that is cut off or of unknown kind {(int)kind}");
        }

        if (kind != WireKind.Bytes)
        {
            return new WireField((int)(tag >> 3), kind, start, offset, length, value);
        }

        offset += length;
        return value <= (ulong)(end - offset)
            ? new WireField((int)(tag >> 3), kind, start, offset, (int)value, 0)
            : throw Broken(start, $"a field of {value} bytes where {end - offset} are left");
    }

    private void Expect(WireField field, WireKind kind)
    {
        if (field.Kind != kind)
        {
            throw Broken(field.Start, $"field {field.Number} as {field.Kind} where {kind} was expected");
        }
    }
}
