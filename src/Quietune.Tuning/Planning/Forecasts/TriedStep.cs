using Quietune.Data;
using Quietune.Tuning.Evaluation;
using Quietune.Tuning.Models;

namespace Quietune.Tuning.Planning.Forecasts;

/// <summary>What the foretold step does when it is taken, with seeded noise, on each scenario's evaluation rows.</summary>
/// <remarks>The quadratic promises much along directions that public inputs do not curve; a step that was taken promises what it did.</remarks>
/// <param name="model">The model; left at its pretrained parameters.</param>
/// <param name="loss">Its loss.</param>
/// <param name="origin">The pretrained parameters.</param>
/// <param name="measure">What is to rise; null for the negative mean loss.</param>
/// <param name="evaluation">The evaluation rows of each scenario.</param>
internal sealed class TriedStep(TunableModel model, LossFunction loss, ParameterDelta origin, Func<TunableModel, InMemoryExamples, double>? measure, IReadOnlyList<InMemoryExamples> evaluation)
{
    // The foretold multiple is the largest: beyond it the noise costs more than the step brings even where the quadratic holds.
    private static readonly double[] Shares = [1, 0.5, 0.25, 0.125];
    private List<(double Loss, double Measure)>? before;

    /// <summary>Takes the step of each scenario at the multiple and its halves, and tells of the one that raises the measure most on average.</summary>
    /// <param name="steps">Wᵀ of each scenario's noisy mean; disposed.</param>
    /// <param name="multiple">α.</param>
    /// <param name="cancellationToken">Stops between steps.</param>
    /// <returns>The multiple, the mean decrease of the loss in nats, and the mean rise of the measure.</returns>
    public (double Multiple, double Decrease, double Gain) Best(IReadOnlyList<ParameterDelta> steps, double multiple, CancellationToken cancellationToken)
    {
        before ??= [.. evaluation.Select(At)];
        var found = Shares.Select(share => (Multiple: share * multiple, Changes: new List<(double Decrease, double Gain)>())).ToList();
        for (var i = 0; i < steps.Count; i++)
        {
            using var step = steps[i];
            foreach (var (tried, changes) in found)
            {
                cancellationToken.ThrowIfCancellationRequested();
                model.Move(origin, step, -tried);
                var after = At(evaluation[i]);
                changes.Add((before[i].Loss - after.Loss, after.Measure - before[i].Measure));
            }
        }

        model.Move(origin);
        return found.Select(one => (one.Multiple, Decrease: one.Changes.Average(change => change.Decrease), Gain: one.Changes.Average(change => change.Gain))).MaxBy(one => one.Gain);
    }

    private (double Loss, double Measure) At(InMemoryExamples rows)
    {
        var mean = MeanLoss.Of(model, loss, rows);
        return (mean, measure?.Invoke(model, rows) ?? -mean);
    }
}
