namespace Quietune.Onnx;

/// <summary>One axis of a declared shape: a size, a name for a size that is free, or neither.</summary>
/// <param name="Size">The size, or null when it is free.</param>
/// <param name="Name">The name of a free size, such as <c>batch</c>, or null.</param>
public readonly record struct OnnxDimension(long? Size, string? Name)
{
    /// <summary>The size, else the name, else a question mark.</summary>
    public override string ToString() => Size?.ToString() ?? Name ?? "?";
}
