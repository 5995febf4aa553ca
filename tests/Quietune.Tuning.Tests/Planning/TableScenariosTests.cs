using Quietune.Data;
using Quietune.Tuning.Evaluation;
using Quietune.Tuning.Models;
using Quietune.Tuning.Planning;
using Quietune.Tuning.Pretraining;

namespace Quietune.Tuning.Tests.Planning;

public sealed class TableScenariosTests : IDisposable
{
    private readonly InMemoryExamples rows = Rows(800);
    private readonly ModuleModel model;

    public TableScenariosTests()
    {
        var layer = Networks.Perceptron(1, rows.ExampleLength, 1);
        LogisticRegression.Fit(layer, rows, 0.01);
        model = new(layer);
    }

    public void Dispose() => model.Dispose();

    [Fact]
    public void Of_Scenarios_GrowHarderForTheModelButStayLearnable()
    {
        var scenarios = TableScenarios.Of(model, rows, nominalSize: 3000, reliability: 0.8);
        var before = scenarios.Select(scenario => RankMetrics.Auroc(Predictions.Of(model, scenario.Evaluation))).ToList();
        Assert.Equal(before.Max(), before[0], 0.02);
        Assert.True(before[^1] < before[0] - 0.08, string.Join(" ", before));
        foreach (var scenario in scenarios)
        {
            Assert.Equal((3000, TableScenarios.EvaluationRows), (scenario.StandIn.Count, scenario.Evaluation.Count));
            var layer = Networks.Perceptron(1, rows.ExampleLength, 1);
            LogisticRegression.Fit(layer, scenario.StandIn, 0.01);
            using var learnt = new ModuleModel(layer);
            Assert.InRange(RankMetrics.Auroc(Predictions.Of(learnt, scenario.Evaluation)), 0.74, 0.92);
        }
    }

    [Fact]
    public void Of_PrevalenceFactors_AreKept()
    {
        var share = rows.Labels.Average();
        var scenarios = TableScenarios.Of(model, rows, nominalSize: 4000);
        Assert.Equal(share, scenarios[0].StandIn.Labels.Average(), 0.04);
        Assert.Equal(Math.Min(0.4, 3 * share), scenarios[2].StandIn.Labels.Average(), 0.05);
    }

    // A low reliability says that the model is far from the truth: the scenarios must show it as worse.
    [Fact]
    public void Of_LowReliability_LowersTheModelInEveryDriftedScenario()
    {
        double Mean(double reliability) => TableScenarios.Of(model, rows, 500, reliability).Skip(1).Average(scenario => RankMetrics.Auroc(Predictions.Of(model, scenario.Evaluation)));
        Assert.True(Mean(0.5) < Mean(1) - 0.08);
        Assert.Throws<ArgumentOutOfRangeException>(() => TableScenarios.Of(model, rows, 500, 1.1));
    }

    [Fact]
    public void ReliabilityOf_MoreEvents_IsHigher()
    {
        InMemoryExamples Labelled(int positives) => new([1], new float[1000], [.. Enumerable.Range(0, 1000).Select(row => row < positives ? 1f : 0f)]);
        Assert.Equal(Math.Sqrt(45 / 90.0), TableScenarios.ReliabilityOf(Labelled(45)), 1e-12);
        Assert.Equal(TableScenarios.ReliabilityOf(Labelled(45)), TableScenarios.ReliabilityOf(Labelled(955)), 1e-12);
        Assert.True(TableScenarios.ReliabilityOf(Labelled(400)) > 0.9);
    }

    internal static InMemoryExamples Rows(int count, ulong seed = 4, int width = 12)
    {
        var generator = new SeededGenerator(seed);
        var features = Enumerable.Range(0, count * width).Select(_ => (float)(Enumerable.Range(0, 12).Sum(_ => generator.NextDouble()) - 6)).ToArray();
        var labels = Enumerable.Range(0, count).Select(row => generator.NextDouble() < 1 / (1 + Math.Exp(2 - features[row * width] - (0.7 * features[(row * width) + 1]))) ? 1f : 0f).ToArray();
        return new([width], features, labels);
    }
}
