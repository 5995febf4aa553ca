namespace Quietune.Onnx.Factors;

/// <summary>A place where a node reads a value made from parameters alone, together with rows.</summary>
/// <param name="Node">The node.</param>
/// <param name="Index">Its place in the order of computation.</param>
/// <param name="Slot">Which of its inputs.</param>
/// <param name="View">How the value was made from the parameter.</param>
/// <param name="Layout">Where the rows lie in the node's first output; null when they could not be found.</param>
/// <param name="InputShapes">The shapes of the node's inputs in a probe; null for one left out.</param>
/// <param name="OutputShape">The shape of its first output in the probe.</param>
internal sealed record UseSite(OnnxNode Node, int Index, int Slot, ParameterView View, RowLayout? Layout, IReadOnlyList<long[]?> InputShapes, long[] OutputShape)
{
    /// <summary>The shape of the value read.</summary>
    public long[] Shape => InputShapes[Slot]!;

    /// <summary>The shape of the value read, with axes of size 1 in front until it has as many as the output.</summary>
    public long[] Aligned => [.. Enumerable.Repeat(1L, Math.Max(0, OutputShape.Length - Shape.Length)), .. Shape];

    /// <summary>A whole-number attribute of the node.</summary>
    public long Integer(string name, long missing) => Node.Attributes.GetValueOrDefault(name)?.Integer ?? missing;

    /// <summary>A float attribute of the node.</summary>
    public float Single(string name, float missing) => Node.Attributes.GetValueOrDefault(name)?.Single ?? missing;

    /// <summary>Whether the value broadcasts to the output with the rows on an axis of its own.</summary>
    public bool BroadcastsBesideRows =>
        Layout is { } layout && Shape.Length <= OutputShape.Length && Aligned[layout.Axis] == 1 && Aligned.Zip(OutputShape).All(pair => pair.First == 1 || pair.First == pair.Second);
}
