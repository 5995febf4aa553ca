namespace Quietune.Onnx.Operators;

/// <summary>How each new element along an axis is made of old ones.</summary>
/// <param name="Places">For each tap, the old place that each new element reads.</param>
/// <param name="Weights">For each tap, the weight of each new element's reading; null for one tap of weight 1.</param>
/// <param name="IsOutside">Whether each new element lies outside the axis.</param>
internal sealed record AxisSamples(long[][] Places, double[][]? Weights, bool[] IsOutside);
