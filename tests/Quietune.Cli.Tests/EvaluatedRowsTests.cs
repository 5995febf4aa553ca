using Quietune.Cli.Jobs;
using Quietune.Data;
using Quietune.Tuning.Models;

namespace Quietune.Cli.Tests;

public sealed class EvaluatedRowsTests
{
    [Theory]
    [InlineData(200)]
    [InlineData(2000)]
    public void WithIntervals_Accuracy_IsAsWideAsTheBinomialLaw(int count)
    {
        var accuracy = Coins(count, share: 0.8).WithIntervals().Single(measure => measure.Name == "accuracy");
        var error = Math.Sqrt(accuracy.Value * (1 - accuracy.Value) / count);
        Assert.InRange((accuracy.High!.Value - accuracy.Low!.Value) / (2 * 1.96 * error), 0.8, 1.2);
        Assert.InRange(accuracy.Value, accuracy.Low.Value, accuracy.High.Value);
    }

    [Fact]
    public void Part_HasTheMeasuresOfItsRows()
    {
        var rows = new EvaluatedRows(LossFunction.Squared, [[1], [2], [5]], [1, 2, 2], [0, 0, 9]);
        Assert.Equal(0, rows.Part([0, 1]).Measures().Single(measure => measure.Key == "rmse").Value);
        Assert.Equal(3, rows.Part([2, 2]).Measures().Single(measure => measure.Key == "rmse").Value);
        Assert.Equal(4.5, rows.Part([0, 2]).Measures().Single(measure => measure.Key == "meanLoss").Value);
    }

    [Fact]
    public void WithIntervals_CalibrationErrorAndPartsOfOneClass_HaveNoneWhereThereIsNone()
    {
        var measures = new EvaluatedRows(LossFunction.Binary, [[0.9], [0.8]], [1, 1], [0.1, 0.2]).WithIntervals();
        Assert.DoesNotContain(measures, measure => measure.Name == "AUROC");
        Assert.Null(measures.Single(measure => measure.Name == "expected calibration error").Low);
    }

    private static EvaluatedRows Coins(int count, double share)
    {
        var random = new SeededGenerator(3);
        var labels = Enumerable.Range(0, count).Select(_ => random.NextDouble() < share ? 1f : 0f).ToArray();
        return new(LossFunction.Binary, [.. labels.Select(_ => new[] { 0.8 })], labels, [.. labels.Select(_ => 0.5)]);
    }
}
