namespace Quietune.Onnx.Reference;

/// <summary>How far a quantity of a model lies from its reference.</summary>
/// <param name="Name">What was compared: <c>outputs</c>, <c>losses</c>, or <c>gradient of</c> and <c>norms of</c> an initializer.</param>
/// <param name="LargestAbsolute">The largest absolute difference of an element.</param>
/// <param name="LargestRelative">For outputs and losses, the largest difference over the larger of 1 and the reference; for gradients and norms, that of a row's vector over the reference's length.</param>
/// <param name="Tolerance">The largest relative error that passes.</param>
/// <param name="Rule">How the quantity was found; empty for outputs and losses.</param>
public sealed record ReferenceError(string Name, double LargestAbsolute, double LargestRelative, double Tolerance, string Rule = "")
{
    /// <summary>Whether the error is within the tolerance.</summary>
    public bool Passes => LargestRelative <= Tolerance;
}
