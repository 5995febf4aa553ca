namespace Quietune.Onnx.Format;

/// <summary>Where a tensor's elements lie.</summary>
internal enum StorageForm
{
    /// <summary>Nowhere: the tensor has no elements.</summary>
    Empty,

    /// <summary>In <c>raw_data</c>, little-endian.</summary>
    Raw,

    /// <summary>In the repeated field of the element type, such as <c>float_data</c>.</summary>
    Typed,

    /// <summary>In another file.</summary>
    External,
}
