namespace Quietune.Onnx.Wire;

/// <summary>How a protobuf field's content is laid out.</summary>
internal enum WireKind
{
    /// <summary>A base-128 number of one to ten bytes.</summary>
    Varint = 0,

    /// <summary>Eight bytes, little-endian.</summary>
    Fixed64 = 1,

    /// <summary>A length, then that many bytes.</summary>
    Bytes = 2,

    /// <summary>The retired start of a group.</summary>
    GroupStart = 3,

    /// <summary>The retired end of a group.</summary>
    GroupEnd = 4,

    /// <summary>Four bytes, little-endian.</summary>
    Fixed32 = 5,
}
