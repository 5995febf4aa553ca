using Quietune.Data;
using Quietune.Tuning.Gradients;
using Quietune.Tuning.Models;
using static TorchSharp.torch;

namespace Quietune.Tuning.Evaluation;

/// <summary>The mean loss of rows that are declared public.</summary>
public static class MeanLoss
{
    private const int BatchSize = 1_000;

    /// <summary>Over all rows, in nats where the loss is; float64.</summary>
    /// <param name="model">The model at its present parameters.</param>
    /// <param name="loss">The loss.</param>
    /// <param name="rows">One or more.</param>
    public static double Of(TunableModel model, LossFunction loss, InMemoryExamples rows)
    {
        var sum = 0.0;
        foreach (var batch in rows.Read(BatchSize))
        {
            using var scope = NewDisposeScope();
            using var quiet = no_grad();
            var tensors = TensorBatch.Of(batch, rows.InputShapes);
            sum += loss.PerRow(model.Forward(tensors.Inputs), tensors.Labels).to_type(ScalarType.Float64).sum().item<double>();
        }

        return sum / rows.Count;
    }
}
