using Quietune.Data;
using Quietune.Tuning.Evaluation;
using Quietune.Tuning.Gradients;
using Quietune.Tuning.Models;
using static TorchSharp.torch;

namespace Quietune.Cli.Jobs;

/// <summary>The measures that a loss asks for, on rows declared not private.</summary>
internal static class Evaluation
{
    private const int BatchSize = 1_000;

    /// <summary>Evaluates a model in one pass over the rows.</summary>
    /// <exception cref="BadInputException">There are no rows, or a label does not fit.</exception>
    public static IReadOnlyList<Measure> Of(TunableModel model, LossFunction loss, IExampleSource rows, string name, CancellationToken cancellationToken)
    {
        var outputs = new List<double[]>();
        var labels = new List<float>();
        var total = 0.0;
        foreach (var batch in rows.Read(BatchSize, cancellationToken))
        {
            using var scope = NewDisposeScope();
            var tensors = TensorBatch.Of(batch, rows.InputShapes);
            var output = model.Forward(tensors.Inputs);
            var width = output.dim() > 1 ? output.shape[^1] : 1;
            RequireLabels(name, batch.Labels, loss, width);
            total += loss.PerRow(output, tensors.Labels).to_type(ScalarType.Float64).sum().item<double>();
            outputs.AddRange(Chunks(output.to_type(ScalarType.Float64).flatten().data<double>().ToArray(), (int)width));
            labels.AddRange(batch.Labels);
        }

        if (labels.Count == 0)
        {
            throw new BadInputException($"{name}: expected at least one row, got none.");
        }

        Measure mean = new("meanLoss", "mean loss", total / labels.Count);
        return loss == LossFunction.Binary ? [.. TwoClasses([.. outputs.Select(output => Logistic(output[0]))], labels), Rows()]
            : loss == LossFunction.CrossEntropy ? [.. Classes(outputs, labels), mean with { Key = "logLoss", Name = "log loss" }, Rows()]
            : [mean, new("rmse", "root mean squared error", RegressionMetrics.RootMeanSquaredError([.. outputs.Select(output => loss == LossFunction.Poisson ? Math.Exp(output[0]) : output[0])], labels)), Rows()];

        Measure Rows() => new("rows", "rows", labels.Count);
    }

    private static IEnumerable<Measure> TwoClasses(IReadOnlyList<double> probabilities, IReadOnlyList<float> labels)
    {
        var rows = ScoredRows.Of(probabilities, labels);
        yield return new("accuracy", "accuracy", RankMetrics.Accuracy(rows));
        if (rows.Positives > 0 && rows.Positives < rows.Total)
        {
            yield return new("auroc", "AUROC", RankMetrics.Auroc(rows));
            yield return new("auprc", "AUPRC", RankMetrics.Auprc(rows));
        }

        yield return new("logLoss", "log loss", ProbabilityMetrics.LogLoss(rows));
        yield return new("brier", "Brier score", ProbabilityMetrics.Brier(rows));
        yield return new("calibrationError", "expected calibration error", Calibration.ExpectedError(Calibration.EqualWidth(rows)));
    }

    private static IEnumerable<Measure> Classes(List<double[]> logits, List<float> labels)
    {
        var probabilities = logits.ConvertAll(Softmax);
        if (probabilities[0].Length == 2)
        {
            return TwoClasses([.. probabilities.Select(row => row[1])], labels).Where(measure => measure.Key != "logLoss");
        }

        var named = probabilities.ConvertAll(row => Array.IndexOf(row, row.Max()));
        var right = named.Zip(labels, (name, label) => name == (int)label ? 1f : 0f).ToList();
        var brier = probabilities.Zip(labels, (row, label) => row.Index().Sum(entry => Square(entry.Item - (entry.Index == (int)label ? 1 : 0)))).Average();
        var confidence = ScoredRows.Of([.. probabilities.Select(row => row.Max())], right);
        return
        [
            new("accuracy", "accuracy", right.Average()),
            new("brier", "Brier score", brier),
            new("calibrationError", "expected calibration error of the named class", Calibration.ExpectedError(Calibration.EqualWidth(confidence))),
        ];
    }

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

    private static IEnumerable<double[]> Chunks(double[] values, int width) => values.Chunk(width);

    private static double Logistic(double logit) => 1 / (1 + Math.Exp(-logit));

    private static double Square(double value) => value * value;
}
