using Quietune.Data;
using Quietune.Privacy.Noise;
using Quietune.Tuning.Gradients;
using Quietune.Tuning.Planning;
using Quietune.Tuning.Rounds;
using static TorchSharp.torch;

namespace Quietune.Auditing.Membership;

/// <summary>Tunes a model again and again on random halves of public rows that stand in for private ones.</summary>
/// <remarks>A plan of one draw is one pass and one release a model, so that a dozen shadow models take seconds.</remarks>
public static class ShadowTuning
{
    private const int BatchSize = 1_000;

    /// <summary>Tunes the models.</summary>
    /// <param name="expansion">The model and its public data; the model is back at its pretrained parameters afterwards.</param>
    /// <param name="plan">A calibrated plan.</param>
    /// <param name="rows">The rows of which each model sees about a half.</param>
    /// <param name="models">How many.</param>
    /// <param name="noise">Where the noise comes from.</param>
    /// <param name="seed">Decides the halves.</param>
    /// <param name="progress">Told the share done, from 0 to 1.</param>
    /// <param name="cancellationToken">Stops between batches.</param>
    public static ShadowRuns Run(
        PublicExpansion expansion,
        TuningPlan plan,
        InMemoryExamples rows,
        int models,
        INoiseSource noise,
        ulong seed = 0,
        IProgress<double>? progress = null,
        CancellationToken cancellationToken = default)
    {
        using var geometry = plan.Geometry.Build(expansion);
        var coins = new SeededGenerator(seed, stream: 9);
        var (losses, members) = (new List<double[]>(), new List<bool[]>());
        try
        {
            for (var model = 0; model < models; model++)
            {
                var member = Enumerable.Range(0, rows.Count).Select(_ => coins.Next(2) == 1).ToArray();
                var half = rows.Select([.. Enumerable.Range(0, rows.Count).Where(row => member[row])]);
                Tuner.Tune(
                    expansion,
                    geometry,
                    plan,
                    (round, pass) => PrivatePass.Of(expansion.Model, expansion.Loss, pass, Tuner.RowsOf(plan, round, half, noise), Tuner.BatchSize, cancellationToken),
                    noise,
                    progress: null);
                losses.Add(LossesOf(expansion, rows));
                members.Add(member);
                progress?.Report((model + 1.0) / models);
            }
        }
        finally
        {
            expansion.Model.Move(expansion.Origin);
        }

        return new(losses, members);
    }

    /// <summary>The loss of every row at the model's present parameters.</summary>
    internal static double[] LossesOf(PublicExpansion expansion, InMemoryExamples rows) => [.. rows.Read(BatchSize).SelectMany(batch =>
    {
        using var scope = NewDisposeScope();
        var tensors = TensorBatch.Of(batch, rows.InputShapes);
        return expansion.Loss.PerRow(expansion.Model.Forward(tensors.Inputs), tensors.Labels).to_type(ScalarType.Float64).data<double>().ToArray();
    })];
}
