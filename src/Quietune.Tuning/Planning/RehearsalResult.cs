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

    /// <summary>The gain to expect where the pretrained model reaches <paramref name="before"/>: a model that does badly has more to gain than one that does well.</summary>
    /// <remarks>
    /// The line of least squares through the scenarios' gains over what they start from, within the range of their starts. Where private rows start is not known to a rehearsal: this answers for
    /// whoever knows it, and <see cref="PredictedGain"/>, the mean, for whoever does not.
    /// </remarks>
    /// <param name="before">What the pretrained model reaches on rows of the private kind, by the rehearsal's measure.</param>
    public double GainFrom(double before)
    {
        if (DoesNothing || Scenarios.Count < FewestForALine)
        {
            return PredictedGain;
        }

        var points = Scenarios.Select(score => (Start: score.Before, Gain: score.After.Average() - score.Before)).ToList();
        var (start, gain) = (points.Average(point => point.Start), points.Average(point => point.Gain));
        var spread = points.Sum(point => (point.Start - start) * (point.Start - start));
        var slope = spread > 0 ? points.Sum(point => (point.Start - start) * (point.Gain - gain)) / spread : 0;
        return gain + (slope * (Math.Clamp(before, points.Min(point => point.Start), points.Max(point => point.Start)) - start));
    }

    private const int FewestForALine = 3;
}
