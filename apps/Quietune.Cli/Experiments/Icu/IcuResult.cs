using Quietune.Cli.Experiments.Races;
using Quietune.Tuning.Evaluation;

namespace Quietune.Cli.Experiments.Icu;

/// <summary>How one method did at one budget.</summary>
/// <param name="Method">Its name.</param>
/// <param name="Epsilon">ε.</param>
/// <param name="Delta">δ.</param>
/// <param name="Mu">μ of the whole run.</param>
/// <param name="Oracle">Whether its settings were found by looking at the private and test rows: then it is no private method, but a mark.</param>
/// <param name="Auroc">As in <see cref="IcuScores"/>, like the eight that follow.</param>
/// <param name="Auprc">Average precision.</param>
/// <param name="Score1">The challenge's Score 1.</param>
/// <param name="Score2">The challenge's Score 2.</param>
/// <param name="Brier">Brier score.</param>
/// <param name="LogLoss">Log loss.</param>
/// <param name="CalibrationError">Expected calibration error.</param>
/// <param name="Accuracy">Accuracy.</param>
/// <param name="GapClosed">Share of the way from the pretrained to the non-private AUROC.</param>
/// <param name="Predicted">What the rehearsal foretold: mean change of AUROC over its scenarios.</param>
/// <param name="Passes">Passes over the private rows.</param>
/// <param name="PrivatePassSeconds">Time in those passes, mean over seeds.</param>
/// <param name="RehearsalSeconds">Time to find the settings.</param>
/// <param name="DoesNothing">Whether the rehearsal predicted harm, so that nothing was done.</param>
/// <param name="Calibration">Curve over deciles.</param>
/// <param name="Subgroups">Discrimination in subgroups.</param>
/// <param name="Settings">The plan.</param>
internal sealed record IcuResult(
    string Method,
    double Epsilon,
    double Delta,
    double Mu,
    bool Oracle,
    Measured Auroc,
    Measured Auprc,
    Measured Score1,
    Measured Score2,
    Measured Brier,
    Measured LogLoss,
    Measured CalibrationError,
    Measured Accuracy,
    double GapClosed,
    double Predicted,
    int Passes,
    double PrivatePassSeconds,
    double RehearsalSeconds,
    bool DoesNothing,
    IReadOnlyList<CalibrationBin> Calibration,
    IReadOnlyList<SubgroupScore> Subgroups,
    object Settings)
{
    /// <summary>What was raced, with its scores.</summary>
    /// <param name="raced">One method at one budget.</param>
    /// <param name="scores">On test rows.</param>
    /// <param name="pretrained">AUROC before tuning.</param>
    /// <param name="nonPrivate">AUROC after tuning without privacy.</param>
    public static IcuResult Of(Raced<Predicted> raced, IcuScores scores, double pretrained, double nonPrivate) => new(
        raced.Method, raced.Budget.Epsilon, raced.Budget.Delta, raced.Found.Plan.Mu, raced.IsOracle,
        scores.Auroc, scores.Auprc, scores.Score1, scores.Score2, scores.Brier, scores.LogLoss, scores.CalibrationError, scores.Accuracy,
        (scores.Auroc.Mean - pretrained) / (nonPrivate - pretrained),
        raced.Found.PredictedGain, raced.Found.Plan.Rounds, raced.PassSeconds, raced.RehearsalSeconds, raced.Found.DoesNothing, scores.Calibration, scores.Subgroups, raced.Found.Plan.ToJson());
}
