namespace Quietune.Onnx.Format;

/// <summary>A named constant of a node.</summary>
/// <param name="Name">The name.</param>
/// <param name="Kind">Which of the other properties holds the value.</param>
internal sealed record OnnxAttribute(string Name, AttributeKind Kind)
{
    /// <summary>One float.</summary>
    public float Single { get; init; }

    /// <summary>One whole number.</summary>
    public long Integer { get; init; }

    /// <summary>One text.</summary>
    public string Text { get; init; } = string.Empty;

    /// <summary>Floats.</summary>
    public IReadOnlyList<float> Singles { get; init; } = [];

    /// <summary>Whole numbers.</summary>
    public IReadOnlyList<long> Integers { get; init; } = [];

    /// <summary>Texts.</summary>
    public IReadOnlyList<string> Texts { get; init; } = [];

    /// <summary>Tensors: one, or several.</summary>
    public IReadOnlyList<StoredTensor> Tensors { get; init; } = [];

    /// <summary>Graphs: one, or several.</summary>
    public IReadOnlyList<GraphBody> Graphs { get; init; } = [];
}
