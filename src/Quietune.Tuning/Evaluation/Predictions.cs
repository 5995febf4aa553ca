using Quietune.Data;
using Quietune.Tuning.Gradients;
using Quietune.Tuning.Models;
using static TorchSharp.torch;

namespace Quietune.Tuning.Evaluation;

/// <summary>A model's predicted probabilities on rows declared public.</summary>
public static class Predictions
{
    private const int BatchSize = 1000;

    /// <summary>The probability of the positive outcome for every row, with its label: by a single logit, or by the second of two classes.</summary>
    /// <param name="model">Ends in one logit, or in two.</param>
    /// <param name="publicRows">Labels are 0 or 1.</param>
    /// <exception cref="ArgumentException">The model has another number of outputs, a probability is not a number, or a label is neither 0 nor 1.</exception>
    public static ScoredRows Of(TunableModel model, IExampleSource publicRows)
    {
        var labels = publicRows.Read(BatchSize).SelectMany(batch => batch.Labels).ToList();
        return ScoredRows.Of(Probabilities(model, publicRows), labels);
    }

    /// <summary>The probability of the positive outcome for every row, in the order of the rows.</summary>
    /// <param name="model">Ends in one logit, or in two.</param>
    /// <param name="publicRows">Public rows.</param>
    /// <exception cref="ArgumentException">The model has another number of outputs.</exception>
    public static double[] Probabilities(TunableModel model, IExampleSource publicRows) =>
        [.. publicRows.Read(BatchSize).SelectMany(batch => Probabilities(model, batch, publicRows.InputShapes))];

    /// <summary>The probability of the positive outcome for every row of a batch.</summary>
    internal static double[] Probabilities(TunableModel model, ExampleBatch batch, IReadOnlyList<int[]> inputShapes)
    {
        using var scope = NewDisposeScope();
        return Probabilities(model, TensorBatch.Of(batch, inputShapes).Inputs, batch.Count);
    }

    /// <summary>The same with each row taken through the model by itself, so that its last bits do not depend on the others or on its place among them.</summary>
    internal static double[] ProbabilitiesApart(TunableModel model, ExampleBatch batch, IReadOnlyList<int[]> inputShapes)
    {
        using var scope = NewDisposeScope();
        var inputs = TensorBatch.Of(batch, inputShapes).Inputs;
        return [.. Enumerable.Range(0, batch.Count).SelectMany(row => Probabilities(model, [.. inputs.Select(input => input.narrow(0, row, 1).clone())], 1))];
    }

    private static double[] Probabilities(TunableModel model, IReadOnlyList<Tensor> inputs, int rows)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var outputs = model.Forward(inputs).to_type(ScalarType.Float64).reshape(rows, -1);
        return outputs.shape[1] switch
        {
            1 => outputs.squeeze(1).sigmoid().data<double>().ToArray(),
            2 => (outputs.select(1, 1) - outputs.select(1, 0)).sigmoid().data<double>().ToArray(),
            var count => throw new ArgumentException($"Expected a model of one logit or two classes, got {count} outputs.", nameof(model)),
        };
    }
}
