namespace Quietune.Tuning.Evaluation;

/// <summary>Rows of similar predicted probability: what was predicted, and what happened.</summary>
/// <param name="Count">How many rows.</param>
/// <param name="Predicted">Their mean predicted probability.</param>
/// <param name="Observed">The share of them with a positive outcome.</param>
public sealed record CalibrationBin(long Count, double Predicted, double Observed);
