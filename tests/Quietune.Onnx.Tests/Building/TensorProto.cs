using System.Buffers.Binary;
using Quietune.Onnx.Wire;
using TorchSharp;
using static TorchSharp.torch;

namespace Quietune.Onnx.Tests.Building;

/// <summary>Tensors as the file stores them, in each of the forms that the specification allows.</summary>
internal static class TensorProto
{
    public static ElementType TypeOf(Tensor tensor) => tensor.dtype switch
    {
        ScalarType.Float32 => ElementType.Single,
        ScalarType.Float64 => ElementType.Double,
        ScalarType.Float16 => ElementType.Float16,
        ScalarType.BFloat16 => ElementType.BFloat16,
        ScalarType.Int64 => ElementType.Int64,
        ScalarType.Int32 => ElementType.Int32,
        ScalarType.Int16 => ElementType.Int16,
        ScalarType.Int8 => ElementType.Int8,
        ScalarType.Byte => ElementType.UInt8,
        ScalarType.Bool => ElementType.Bool,
        var other => throw new NotSupportedException($"{other}"),
    };

    public static void Write(WireWriter writer, string name, Tensor tensor, TensorForm form = TensorForm.Raw)
    {
        var type = TypeOf(tensor);
        writer.Packed(1, tensor.shape).Number(2, (int)type).Text(8, name);
        var elements = tensor.contiguous().bytes.ToArray();
        if (form == TensorForm.Raw)
        {
            writer.Bytes(9, elements);
            return;
        }

        var size = (int)tensor.ElementSize;
        var field = type switch { ElementType.Single => 4, ElementType.Double => 10, ElementType.Int64 => 7, _ => 5 };
        if (form == TensorForm.Packed && field is 4 or 10)
        {
            writer.Bytes(field, elements);
            return;
        }

        var numbers = elements.Chunk(size).Select(element => Number(type, element)).ToArray();
        if (form == TensorForm.Packed)
        {
            writer.Packed(field, numbers);
        }
        else
        {
            foreach (var element in elements.Chunk(size))
            {
                _ = type == ElementType.Single ? writer.Single(field, BitConverter.ToSingle(element)) : writer.Number(field, Number(type, element));
            }
        }
    }

    private static long Number(ElementType type, byte[] element) => type switch
    {
        ElementType.Int8 => (sbyte)element[0],
        ElementType.UInt8 or ElementType.Bool => element[0],
        ElementType.Int16 => BinaryPrimitives.ReadInt16LittleEndian(element),
        ElementType.Float16 or ElementType.BFloat16 => BinaryPrimitives.ReadUInt16LittleEndian(element),
        ElementType.Int32 => BinaryPrimitives.ReadInt32LittleEndian(element),
        _ => element.Length == 8 ? BinaryPrimitives.ReadInt64LittleEndian(element) : 0,
    };
}
