namespace Quietune.Onnx.Tests.Building;

/// <summary>How the builder stores a tensor's elements.</summary>
internal enum TensorForm
{
    Raw,
    Packed,
    Unpacked,
    External,
}
