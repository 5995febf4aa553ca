using System.Runtime.InteropServices;

namespace Quietune.Onnx.Wire;

/// <summary>One field of a message, as a place in the file.</summary>
/// <param name="Number">The field's number.</param>
/// <param name="Kind">How the content is laid out.</param>
/// <param name="Start">Where the tag begins.</param>
/// <param name="Offset">Where the content begins; for <see cref="WireKind.Bytes"/>, after the length.</param>
/// <param name="Length">The content's length in bytes.</param>
/// <param name="Value">The content of a number; 0 for <see cref="WireKind.Bytes"/>.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct WireField(int Number, WireKind Kind, int Start, int Offset, int Length, ulong Value)
{
    /// <summary>Where the field's last byte ends.</summary>
    public int End => Offset + Length;
}
