using Quietune.Data;
using Quietune.Tuning.Gradients;
using Quietune.Tuning.Models;
using Quietune.Tuning.Rounds;
using static TorchSharp.torch;

namespace Quietune.Tuning.Planning.Forecasts;

/// <summary>Gradients of public rows at the pretrained parameters, kept where they fit in memory and found anew where not.</summary>
/// <param name="model">The model, at its pretrained parameters whenever they are read.</param>
/// <param name="loss">Its loss.</param>
/// <param name="rows">Public rows, each a unit.</param>
internal sealed class PublicUnits(TunableModel model, LossFunction loss, InMemoryExamples rows) : IDisposable
{
    private const int MostKeptRows = 2_000;
    private List<UnitGradients>? kept;

    public int Count => rows.Count;

    /// <summary>Does something with each batch, in a dispose scope of its own.</summary>
    public void ForEach(Action<UnitGradients> action)
    {
        var keeps = rows.Count <= MostKeptRows && model.LargestBatch >= Tuner.BatchSize;
        if (kept is not null)
        {
            kept.ForEach(Quietly);
            return;
        }

        kept = keeps ? [] : null;
        foreach (var batch in rows.Read(Math.Min(Tuner.BatchSize, model.LargestBatch)))
        {
            using var scope = NewDisposeScope();
            var gradients = UnitGradients.Of(model, loss, TensorBatch.Of(batch, rows.InputShapes));
            kept?.Add(gradients.Detach());
            Quietly(gradients);
        }

        void Quietly(UnitGradients gradients)
        {
            using var scope = NewDisposeScope();
            using var quiet = no_grad();
            action(gradients);
        }
    }

    public void Dispose() => kept?.ForEach(gradients => gradients.Dispose());
}
