namespace Quietune.Data;

/// <summary>One batch of examples, row-major float32.</summary>
/// <param name="Count">Number of examples, at least one.</param>
/// <param name="Inputs">One array per model input, each [Count × product(shape)].</param>
/// <param name="Labels">[Count] class indices or targets.</param>
/// <param name="Units">[Count] privacy-unit numbers, or null when every row is its own unit; rows of one unit are adjacent and in one batch.</param>
public sealed record ExampleBatch(int Count, IReadOnlyList<float[]> Inputs, float[] Labels, long[]? Units = null);
