namespace Quietune.Tuning.Planning;

/// <summary>Adam's settings, in whitened coordinates.</summary>
/// <param name="MeanDecay">β₁.</param>
/// <param name="SquareDecay">β₂.</param>
/// <param name="CorrectsNoise">Whether the noise's known variance Φ is taken off the second moment (Tang et al. 2023).</param>
/// <param name="Floor">The least second moment after that, in units of Φ.</param>
public sealed record AdamPlan(double MeanDecay = 0.9, double SquareDecay = 0.999, bool CorrectsNoise = true, double Floor = 0.01);
