namespace Quietune.Onnx;

/// <summary>A float initializer, and what becomes of it in tuning.</summary>
/// <param name="Initializer">The initializer.</param>
/// <param name="IsTuned">Whether the model tunes it.</param>
/// <param name="Block">The name of the block that it belongs to, or null.</param>
/// <param name="Rule">How its per-row gradients are found, or why it is left alone; in words.</param>
public sealed record InitializerSummary(OnnxInitializer Initializer, bool IsTuned, string? Block, string Rule);
