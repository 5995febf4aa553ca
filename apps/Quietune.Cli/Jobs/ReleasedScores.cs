using Quietune.Tuning.Evaluation;

namespace Quietune.Cli.Jobs;

/// <summary>Released scores for programs: what the budget did not suffice for is null.</summary>
/// <param name="Suffices">Whether both classes stand out from the noise.</param>
/// <param name="Auroc">Area under the receiver operating characteristic, with an interval of 95 %.</param>
/// <param name="Accuracy">Share on the right side of one half, with its interval.</param>
/// <param name="CalibrationError">Mean gap of predicted and observed.</param>
/// <param name="Calibration">Bins whose count stands out from the noise.</param>
/// <param name="NoiseDeviation">Deviation of the noise on every count.</param>
internal sealed record ReleasedScores(
    bool Suffices, Interval? Auroc, Interval? Accuracy, double? CalibrationError, IReadOnlyList<PrivateCalibrationBin> Calibration, double NoiseDeviation)
{
    /// <summary>Takes them from a release.</summary>
    public static ReleasedScores Of(PrivateScores scores) => scores.Suffices
        ? new(Suffices: true, scores.Auroc, scores.Accuracy, scores.CalibrationError, scores.Calibration, scores.NoiseDeviation)
        : new(Suffices: false, null, null, null, [], scores.NoiseDeviation);
}
