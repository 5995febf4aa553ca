namespace Quietune.Tuning.Planning;

/// <summary>What a rehearsal found.</summary>
/// <param name="Plan">The plan to carry out, frozen.</param>
/// <param name="ClipQuantile">Where its clip norm lies among the stand-in norms.</param>
/// <param name="PredictedGain">Mean change of accuracy over the scenarios, as a share of rows.</param>
/// <param name="Scenarios">Accuracy before and after, for each scenario, mean over draws.</param>
/// <param name="Tried">How many candidates were tried.</param>
/// <param name="DoesNothing">Whether the rehearsal predicts harm from every step, so that the plan leaves the model as it is.</param>
public sealed record RehearsalResult(
    TuningPlan Plan, double ClipQuantile, double PredictedGain, IReadOnlyList<ScenarioScore> Scenarios, int Tried, bool DoesNothing)
{
    /// <summary>The best plan found, which is carried out even where harm is predicted if its owner insists.</summary>
    public TuningPlan BestPlan { get => field ?? Plan; init; }

    /// <summary>Mean gain of the best plan over scenarios and draws, harm counted double: what the search raised.</summary>
    public double Merit { get; init; }

    /// <summary>Mean change over the scenarios under the best plan, whether or not it is worth its risk.</summary>
    public double BestGain => Scenarios.Average(score => score.After.Average() - score.Before);
}
