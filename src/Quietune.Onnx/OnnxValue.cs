namespace Quietune.Onnx;

/// <summary>An input or output that a graph declares.</summary>
/// <param name="Name">The name.</param>
/// <param name="ElementType">The element type; <see cref="ElementType.None"/> when not declared or no tensor.</param>
/// <param name="Shape">The axes, or null when the shape is not declared.</param>
public sealed record OnnxValue(string Name, ElementType ElementType, IReadOnlyList<OnnxDimension>? Shape)
{
    /// <summary>The shape as texts write it, such as <c>[batch, 784]</c>.</summary>
    public string ShapeText => Shape is null ? "[...]" : $"[{string.Join(", ", Shape)}]";
}
