using Quietune.Data;
using Quietune.Tuning.Gradients;
using Quietune.Tuning.Models;
using Quietune.Tuning.Rounds;
using static TorchSharp.torch;

namespace Quietune.Tuning.Planning.Forecasts;

/// <summary>Gradients of public rows at the pretrained parameters, found once for all candidates where they fit in memory and found anew where not.</summary>
/// <param name="batches">Finds them, batch after batch, each in a dispose scope that ends with the next.</param>
/// <param name="keeps">Whether they fit.</param>
internal sealed class PublicUnits(Func<IEnumerable<UnitGradients>> batches, bool keeps) : IDisposable
{
    private const int MostKeptRows = 2_000;
    private List<UnitGradients>? kept;

    /// <summary>The gradients of a scenario's rows, each a unit.</summary>
    /// <param name="model">The model, at its pretrained parameters whenever they are read.</param>
    /// <param name="loss">Its loss.</param>
    /// <param name="rows">Public rows.</param>
    public static PublicUnits Of(TunableModel model, LossFunction loss, InMemoryExamples rows)
    {
        return new(Batches, rows.Count <= MostKeptRows && Keeps(model));

        IEnumerable<UnitGradients> Batches()
        {
            foreach (var batch in rows.Read(Math.Min(Tuner.BatchSize, model.LargestBatch)))
            {
                using var scope = NewDisposeScope();
                yield return UnitGradients.Of(model, loss, TensorBatch.Of(batch, rows.InputShapes));
            }
        }
    }

    /// <summary>The gradients of the expansion's own public rows.</summary>
    /// <param name="expansion">The model and its public data.</param>
    /// <param name="rows">How many rows at most.</param>
    /// <param name="temperature">τ of the law from which labels are drawn; null for the rows' own labels.</param>
    public static PublicUnits Of(PublicExpansion expansion, int rows, double? temperature) => new(() => expansion.Gradients(rows, temperature), Keeps(expansion.Model));

    /// <summary>Does something with each batch, in a dispose scope of its own.</summary>
    /// <param name="action">What to do.</param>
    /// <param name="cancellationToken">Stops between batches.</param>
    public void ForEach(Action<UnitGradients> action, CancellationToken cancellationToken)
    {
        if (kept is null && keeps)
        {
            kept = [];
            foreach (var gradients in batches())
            {
                cancellationToken.ThrowIfCancellationRequested();
                kept.Add(gradients.Detach());
            }
        }

        foreach (var gradients in kept ?? batches())
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            using var quiet = no_grad();
            action(gradients);
        }
    }

    public void Dispose() => kept?.ForEach(gradients => gradients.Dispose());

    // A model that takes few rows at a time has gradients too large to keep.
    private static bool Keeps(TunableModel model) => model.LargestBatch >= Tuner.BatchSize;
}
