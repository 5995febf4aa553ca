namespace Quietune.Onnx.Serving;

/// <summary>How far ONNX Runtime's outputs of a model lie from ours.</summary>
/// <param name="Output">The output of the graph that differs most.</param>
/// <param name="LargestAbsolute">The largest difference of an element.</param>
/// <param name="LargestRelative">That difference over the largest element of our output.</param>
/// <param name="Tolerance">The largest relative difference that passes; wider where the model computes in half precision.</param>
public sealed record RuntimeDifference(string Output, double LargestAbsolute, double LargestRelative, double Tolerance)
{
    /// <summary>Whether the difference is within the tolerance.</summary>
    public bool Passes => LargestRelative <= Tolerance;
}
