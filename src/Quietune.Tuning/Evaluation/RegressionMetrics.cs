namespace Quietune.Tuning.Evaluation;

/// <summary>Metrics of predicted numbers.</summary>
public static class RegressionMetrics
{
    /// <summary>Root of the mean squared difference.</summary>
    /// <param name="predictions">One number a row.</param>
    /// <param name="labels">The true numbers, as many.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static double RootMeanSquaredError(IReadOnlyList<double> predictions, IReadOnlyList<float> labels) =>
        predictions.Count == labels.Count
            ? Math.Sqrt(predictions.Zip(labels, (prediction, label) => (prediction - label) * (prediction - label)).Average())
            : throw new ArgumentException($"Expected as many labels as predictions, {predictions.Count}, got {labels.Count}.", nameof(labels));
}
