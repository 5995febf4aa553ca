using Quietune.Data;
using Quietune.Tuning.Gradients;
using Quietune.Tuning.Models;
using static TorchSharp.torch;

namespace Quietune.Cli.Jobs;

/// <summary>A model on rows declared not private.</summary>
internal static class Evaluation
{
    private const int BatchSize = 1_000;

    /// <summary>The measures that a loss asks for, and the number of rows, in one pass.</summary>
    /// <exception cref="BadInputException">There are no rows, or a label does not fit.</exception>
    public static IReadOnlyList<Measure> Of(TunableModel model, LossFunction loss, IExampleSource rows, string name, CancellationToken cancellationToken)
    {
        var evaluated = Read(model, loss, rows, name, cancellationToken);
        return [.. evaluated.Measures(), new("rows", "rows", evaluated.Count)];
    }

    /// <summary>What the model says of each row, in one pass.</summary>
    /// <exception cref="BadInputException">There are no rows, or a label does not fit.</exception>
    public static EvaluatedRows Read(TunableModel model, LossFunction loss, IExampleSource rows, string name, CancellationToken cancellationToken)
    {
        var predictions = new List<double[]>();
        var labels = new List<float>();
        var losses = new List<double>();
        foreach (var batch in rows.Read(BatchSize, cancellationToken))
        {
            using var scope = NewDisposeScope();
            var tensors = TensorBatch.Of(batch, rows.InputShapes);
            var output = model.Forward(tensors.Inputs);
            var width = output.dim() > 1 ? output.shape[^1] : 1;
            RequireLabels(name, batch.Labels, loss, width);
            losses.AddRange(loss.PerRow(output, tensors.Labels).to_type(ScalarType.Float64).flatten().data<double>());
            predictions.AddRange(output.to_type(ScalarType.Float64).flatten().data<double>().ToArray().Chunk((int)width).Select(row => Predicted(loss, row)));
            labels.AddRange(batch.Labels);
        }

        return labels.Count > 0 ? new(loss, [.. predictions], [.. labels], [.. losses]) : throw new BadInputException($"{name}: expected at least one row, got none.");
    }

    private static double[] Predicted(LossFunction loss, double[] outputs) =>
        loss == LossFunction.CrossEntropy ? Softmax(outputs)
        : loss == LossFunction.Binary ? [1 / (1 + Math.Exp(-outputs[0]))]
        : loss == LossFunction.Poisson ? [Math.Exp(outputs[0])]
        : [outputs[0]];

    private static void RequireLabels(string name, float[] labels, LossFunction loss, long outputs)
    {
        var classes = loss == LossFunction.CrossEntropy ? outputs : loss == LossFunction.Binary ? 2 : 0;
        var wrong = classes == 0 ? -1 : Array.FindIndex(labels, label => !(label >= 0 && label < classes && label == MathF.Round(label)));
        if (wrong >= 0)
        {
            throw new BadInputException($"{name}: expected labels of 0 to {classes - 1}, got {labels[wrong]}.");
        }
    }

    private static double[] Softmax(double[] logits)
    {
        var largest = logits.Max();
        var exponentials = Array.ConvertAll(logits, logit => Math.Exp(logit - largest));
        var sum = exponentials.Sum();
        return Array.ConvertAll(exponentials, value => value / sum);
    }
}
