using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Quietune.Onnx.Format;

/// <summary>Stored elements to torch tensors and back.</summary>
internal static class TensorContent
{
    /// <summary>The stored elements, as a tensor on the CPU of type <c>ElementType.Computed</c>; the caller disposes.</summary>
    /// <exception cref="InvalidDataException">The element type is not computed with, or a number does not fit.</exception>
    public static Tensor Read(StoredTensor stored)
    {
        var type = stored.Type.Computed ?? throw stored.Wrong("an element type that can be computed with", stored.Type.Word);
        var bytes = stored.Form switch
        {
            StorageForm.Raw => stored.Message.Bytes(stored.Content[0]),
            StorageForm.Typed => TypedContent.Decode(stored),
            StorageForm.External => stored.External!.Read(),
            _ => ReadOnlyMemory<byte>.Empty,
        };

        var elements = bytes.Span;
        return stored.Type switch
        {
            ElementType.Bool => Filled(stored.Shape, ScalarType.Byte, elements).ne(0),
            ElementType.UInt16 => Widened<ushort, int>(elements, value => value),
            ElementType.UInt32 => Widened<uint, long>(elements, value => value),
            ElementType.UInt64 => Widened<ulong, long>(elements, value => value <= long.MaxValue ? (long)value : throw stored.Wrong("numbers up to 2^63-1", $"{value}")),
            _ => Filled(stored.Shape, type, elements),
        };

        Tensor Widened<TStored, TComputed>(ReadOnlySpan<byte> narrow, Func<TStored, TComputed> widen)
            where TStored : unmanaged
            where TComputed : unmanaged
        {
            var wide = new TComputed[narrow.Length / Marshal.SizeOf<TStored>()];
            var values = MemoryMarshal.Cast<byte, TStored>(narrow);
            for (var i = 0; i < wide.Length; i++)
            {
                wide[i] = widen(values[i]);
            }

            return Filled(stored.Shape, type, MemoryMarshal.AsBytes(wide.AsSpan()));
        }
    }

    /// <summary>A tensor of the given elements.</summary>
    /// <param name="shape">The shape.</param>
    /// <param name="type">The torch type.</param>
    /// <param name="elements">As many little-endian elements as the shape has.</param>
    public static Tensor Filled(long[] shape, ScalarType type, ReadOnlySpan<byte> elements)
    {
        var tensor = empty(shape, type, device: CPU);
        elements.CopyTo(tensor.bytes);
        return tensor;
    }

    /// <summary>The elements of <paramref name="value"/>, little-endian, rounded to <paramref name="type"/>.</summary>
    public static byte[] Write(Tensor value, ElementType type)
    {
        using var scope = NewDisposeScope();
        return value.detach().to(type.Computed!.Value).cpu().contiguous().bytes.ToArray();
    }
}
