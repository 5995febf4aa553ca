using static TorchSharp.torch;

namespace Quietune.Onnx.Format;

/// <summary>What the element types mean in bytes and in torch.</summary>
internal static class ElementTypes
{
    extension(ElementType type)
    {
        /// <summary>Bytes an element takes in a file, or 0 for a type that is not computed with.</summary>
        public int ByteCount => type switch
        {
            ElementType.Bool or ElementType.Int8 or ElementType.UInt8 => 1,
            ElementType.Float16 or ElementType.BFloat16 or ElementType.Int16 or ElementType.UInt16 => 2,
            ElementType.Single or ElementType.Int32 or ElementType.UInt32 => 4,
            ElementType.Double or ElementType.Int64 or ElementType.UInt64 => 8,
            _ => 0,
        };

        /// <summary>Whether gradients flow through values of this type.</summary>
        public bool IsFloating => type is ElementType.Single or ElementType.Double or ElementType.Float16 or ElementType.BFloat16;

        /// <summary>The torch type that values of this type are computed in, or null when there is none.</summary>
        public ScalarType? Computed => type switch
        {
            ElementType.Single => ScalarType.Float32,
            ElementType.Double => ScalarType.Float64,
            ElementType.Float16 => ScalarType.Float16,
            ElementType.BFloat16 => ScalarType.BFloat16,
            ElementType.UInt8 => ScalarType.Byte,
            ElementType.Int8 => ScalarType.Int8,
            ElementType.Int16 => ScalarType.Int16,
            ElementType.UInt16 or ElementType.Int32 => ScalarType.Int32,
            ElementType.UInt32 or ElementType.UInt64 or ElementType.Int64 => ScalarType.Int64,
            ElementType.Bool => ScalarType.Bool,
            _ => null,
        };

        /// <summary>The type as ONNX texts write it, such as <c>float16</c>, or its number.</summary>
        public string Word => type switch
        {
            ElementType.Single => "float",
            ElementType.Text => "string",
            ElementType.None => "no type",
            _ when Enum.IsDefined(type) => type.ToString().ToLowerInvariant(),
            _ => $"type {(int)type}",
        };
    }
}
