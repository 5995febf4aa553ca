using System.Buffers.Binary;
using Quietune.Onnx.Wire;

namespace Quietune.Onnx.Format;

/// <summary>Elements in the repeated fields of a tensor, one field for each family of types.</summary>
/// <remarks>
/// Floats and doubles are stored as they are; all whole numbers and the 16-bit floats (as their bits) are varints.
/// Source: ONNX specification, <c>TensorProto</c>, fields 4, 5, 7, 10 and 11.
/// </remarks>
internal static class TypedContent
{
    /// <summary>How many elements one occurrence of the field holds.</summary>
    /// <exception cref="InvalidDataException">The bytes hold no whole number of elements.</exception>
    public static long Count(WireMessage message, WireField field, StoredTensor tensor)
    {
        if (field.Kind != WireKind.Bytes)
        {
            var expected = tensor.Type switch { ElementType.Single => WireKind.Fixed32, ElementType.Double => WireKind.Fixed64, _ => WireKind.Varint };
            return field.Kind == expected ? 1 : throw tensor.Wrong($"elements stored as {expected}", field.Kind.ToString());
        }

        var bytes = message.Bytes(field).Span;
        if (tensor.Type is ElementType.Single or ElementType.Double)
        {
            return bytes.Length % tensor.Type.ByteCount == 0
                ? bytes.Length / tensor.Type.ByteCount
                : throw tensor.Wrong($"whole elements of {tensor.Type.ByteCount} bytes", $"{bytes.Length} bytes");
        }

        var count = 0L;
        foreach (var value in bytes)
        {
            count += value < 0x80 ? 1 : 0;
        }

        return count;
    }

    /// <summary>The elements as little-endian bytes.</summary>
    /// <exception cref="InvalidDataException">A number is cut off.</exception>
    public static ReadOnlyMemory<byte> Decode(StoredTensor tensor)
    {
        var message = tensor.Message;
        var isFloat = tensor.Type is ElementType.Single or ElementType.Double;
        if (isFloat && tensor.Content is [{ Kind: WireKind.Bytes } only])
        {
            return message.Bytes(only);
        }

        var size = tensor.Type.ByteCount;
        var bytes = new byte[tensor.ElementCount * size];
        var position = 0;
        var numbers = new List<long>();
        Span<byte> whole = stackalloc byte[sizeof(long)];
        foreach (var field in tensor.Content)
        {
            if (isFloat && field.Kind == WireKind.Bytes)
            {
                message.Bytes(field).Span.CopyTo(bytes.AsSpan(position));
                position += field.Length;
                continue;
            }

            numbers.Clear();
            if (isFloat)
            {
                numbers.Add((long)field.Value);
            }
            else
            {
                message.AppendIntegers(field, numbers);
            }

            foreach (var number in numbers)
            {
                BinaryPrimitives.WriteInt64LittleEndian(whole, number);
                whole[..size].CopyTo(bytes.AsSpan(position));
                position += size;
            }
        }

        return bytes;
    }

    /// <summary>The content of one packed field that holds the elements given as little-endian bytes.</summary>
    public static ReadOnlyMemory<byte> Encode(ElementType type, ReadOnlyMemory<byte> elements)
    {
        if (type is ElementType.Single or ElementType.Double)
        {
            return elements;
        }

        var content = new List<byte>(elements.Length);
        for (var position = 0; position < elements.Length; position += type.ByteCount)
        {
            var element = elements.Span.Slice(position, type.ByteCount);
            Varint.Append(content, type switch
            {
                ElementType.Int8 => (ulong)(sbyte)element[0],
                ElementType.Bool or ElementType.UInt8 => element[0],
                ElementType.Int16 => (ulong)BinaryPrimitives.ReadInt16LittleEndian(element),
                ElementType.UInt16 or ElementType.Float16 or ElementType.BFloat16 => BinaryPrimitives.ReadUInt16LittleEndian(element),
                ElementType.Int32 => (ulong)BinaryPrimitives.ReadInt32LittleEndian(element),
                ElementType.UInt32 => BinaryPrimitives.ReadUInt32LittleEndian(element),
                _ => BinaryPrimitives.ReadUInt64LittleEndian(element),
            });
        }

        return content.ToArray();
    }
}
