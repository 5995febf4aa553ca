namespace Quietune.Tuning.Evaluation;

/// <summary>One bin of a private calibration curve.</summary>
/// <param name="Count">Noisy number of units.</param>
/// <param name="Predicted">Mean public score of the bin.</param>
/// <param name="Observed">Share with a positive outcome, with its interval.</param>
public sealed record PrivateCalibrationBin(double Count, double Predicted, Interval Observed);
