using Quietune.Data;
using Quietune.Reporting;
using Quietune.Tuning.Evaluation;
using Quietune.Tuning.Models;

namespace Quietune.Cli.Jobs;

/// <summary>What a model said of rows declared not private, and what is measured on them or on a part of them.</summary>
internal sealed class EvaluatedRows
{
    private const int MostResamples = 200;
    private const int FewestResamples = 50;
    private const int MostDrawnRows = 2_000_000;

    /// <summary>A resample is scattered more widely over its bins than the rows are: its interval would not hold the value.</summary>
    private const string Biased = "calibrationError";

    private readonly LossFunction loss;
    private readonly double[][] predictions;
    private readonly float[] labels;
    private readonly double[] losses;

    /// <summary>Keeps what was said.</summary>
    /// <param name="loss">The model's loss, which decides what is measured.</param>
    /// <param name="predictions">For each row the probabilities of its classes, that of the positive one, or the number foretold.</param>
    /// <param name="labels">For each row its label.</param>
    /// <param name="losses">For each row its loss.</param>
    public EvaluatedRows(LossFunction loss, double[][] predictions, float[] labels, double[] losses) =>
        (this.loss, this.predictions, this.labels, this.losses) = (loss, predictions, labels, losses);

    /// <summary>How many rows there are.</summary>
    public int Count => labels.Length;

    /// <summary>The measures that the loss asks for.</summary>
    public IReadOnlyList<Measure> Measures() => [.. Measured()];

    /// <summary>Some of the rows, in the order given; one may come twice.</summary>
    public EvaluatedRows Part(IReadOnlyList<int> rows) =>
        new(loss, [.. rows.Select(row => predictions[row])], [.. rows.Select(row => labels[row])], [.. rows.Select(row => losses[row])]);

    /// <summary>The measures with 95 % intervals over rows (Efron &amp; Tibshirani 1993, chapter 13: percentiles of resamples).</summary>
    public IReadOnlyList<MeasuredValue> WithIntervals()
    {
        var generator = new SeededGenerator(1);
        var resamples = Enumerable.Range(0, Math.Clamp(MostDrawnRows / Count, FewestResamples, MostResamples)).SelectMany(_ =>
        {
            var drawn = new int[Count];
            for (var i = 0; i < drawn.Length; i++)
            {
                drawn[i] = generator.Next(Count);
            }

            return Part(drawn).Measures();
        }).Where(measure => measure.Key != Biased && !double.IsNaN(measure.Value)).ToLookup(measure => measure.Key, measure => measure.Value);
        return [.. Measures().Select(measure => resamples[measure.Key].Order().ToArray() is { Length: > 0 } values
            ? new MeasuredValue(measure.Name, measure.Value, Bootstrap.Quantile(values, 0.025), Bootstrap.Quantile(values, 0.975))
            : new MeasuredValue(measure.Name, measure.Value))];
    }

    private IEnumerable<Measure> Measured()
    {
        Measure mean = new("meanLoss", "mean loss", losses.Average());
        return loss == LossFunction.Binary ? TwoClasses([.. predictions.Select(row => row[0])])
            : loss == LossFunction.CrossEntropy ? [.. Classes(), mean with { Key = "logLoss", Name = "log loss" }]
            : [mean, new("rmse", "root mean squared error", RegressionMetrics.RootMeanSquaredError([.. predictions.Select(row => row[0])], labels))];
    }

    private IEnumerable<Measure> TwoClasses(IReadOnlyList<double> probabilities)
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
        yield return new(Biased, "expected calibration error", Calibration.ExpectedError(Calibration.EqualWidth(rows)));
    }

    private IEnumerable<Measure> Classes()
    {
        if (predictions[0].Length == 2)
        {
            return TwoClasses([.. predictions.Select(row => row[1])]).Where(measure => measure.Key != "logLoss");
        }

        var right = predictions.Zip(labels, (row, label) => Array.IndexOf(row, row.Max()) == (int)label ? 1f : 0f).ToList();
        var brier = predictions.Zip(labels, (row, label) => row.Index().Sum(entry => Square(entry.Item - (entry.Index == (int)label ? 1 : 0)))).Average();
        var confidence = ScoredRows.Of([.. predictions.Select(row => row.Max())], right);
        return
        [
            new("accuracy", "accuracy", right.Average()),
            new("brier", "Brier score", brier),
            new(Biased, "expected calibration error of the named class", Calibration.ExpectedError(Calibration.EqualWidth(confidence))),
        ];
    }

    private static double Square(double value) => value * value;
}
