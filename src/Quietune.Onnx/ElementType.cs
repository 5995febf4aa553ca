using System.Diagnostics.CodeAnalysis;

namespace Quietune.Onnx;

/// <summary>The element types of ONNX tensors, with the numbers that the file stores.</summary>
/// <remarks>Source: ONNX specification, <c>TensorProto.DataType</c>.</remarks>
[SuppressMessage("Design", "CA1027", Justification = "The numbers are the file format's, and exclude each other.")]
public enum ElementType
{
    /// <summary>No type given.</summary>
    None = 0,

    /// <summary>IEEE 754, 32 bits.</summary>
    Single = 1,

    /// <summary>Unsigned, 8 bits.</summary>
    UInt8 = 2,

    /// <summary>Signed, 8 bits.</summary>
    Int8 = 3,

    /// <summary>Unsigned, 16 bits; computed as <see cref="Int32"/>.</summary>
    UInt16 = 4,

    /// <summary>Signed, 16 bits.</summary>
    Int16 = 5,

    /// <summary>Signed, 32 bits.</summary>
    Int32 = 6,

    /// <summary>Signed, 64 bits.</summary>
    Int64 = 7,

    /// <summary>Text; read, never computed with.</summary>
    Text = 8,

    /// <summary>True or false, one byte.</summary>
    Bool = 9,

    /// <summary>IEEE 754, 16 bits.</summary>
    Float16 = 10,

    /// <summary>IEEE 754, 64 bits.</summary>
    Double = 11,

    /// <summary>Unsigned, 32 bits; computed as <see cref="Int64"/>.</summary>
    UInt32 = 12,

    /// <summary>Unsigned, 64 bits; computed as <see cref="Int64"/>.</summary>
    UInt64 = 13,

    /// <summary>The upper 16 bits of a <see cref="Single"/>.</summary>
    BFloat16 = 16,
}
