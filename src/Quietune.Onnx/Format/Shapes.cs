namespace Quietune.Onnx.Format;

/// <summary>Shapes in messages.</summary>
internal static class Shapes
{
    /// <summary>A shape as messages write it, such as <c>[2, 3]</c>.</summary>
    public static string Text(IEnumerable<long> shape) => $"[{string.Join(", ", shape)}]";
}
