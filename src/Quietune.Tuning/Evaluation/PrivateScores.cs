namespace Quietune.Tuning.Evaluation;

/// <summary>What a private evaluation releases: safe to publish under its budget.</summary>
/// <param name="Auroc">Area under the receiver operating characteristic, with its interval; NaN where the budget does not suffice.</param>
/// <param name="Accuracy">Share on the right side of one half, with its interval.</param>
/// <param name="CalibrationError">Mean gap of predicted and observed over the bins, weighted by their noisy counts.</param>
/// <param name="Calibration">Bins whose noisy count stands out from the noise; the observed shares have intervals.</param>
/// <param name="NoiseDeviation">Standard deviation of the noise on every count.</param>
/// <param name="Suffices">Whether both classes stand out from the noise.</param>
/// <param name="IsSecure">Whether the noise came from a secure source.</param>
public sealed record PrivateScores(
    Interval Auroc, Interval Accuracy, double CalibrationError, IReadOnlyList<PrivateCalibrationBin> Calibration, double NoiseDeviation, bool Suffices, bool IsSecure);
