using Quietune.Data;
using Quietune.Privacy.Budgets;
using Quietune.Privacy.Noise;
using Quietune.Tuning.Evaluation;
using Quietune.Tuning.Mechanism;
using Quietune.Tuning.Models;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Quietune.Tuning.Tests.Evaluation;

public sealed class PrivateEvaluationTests : IDisposable
{
    private readonly ModuleModel model = Identity();
    private readonly ScoreBins bins = ScoreBins.Of(Scored(2000, seed: 99).Rows);

    public void Dispose() => model.Dispose();

    [Fact]
    public void Bins_PublicScores_SplitThemEvenlyAndKeepOneHalf()
    {
        Assert.Equal(20, bins.Count);
        Assert.Contains(0.5, bins.Edges);
        Assert.Equal(bins.BinOf(0.4999) + 1, bins.BinOf(0.5));
        Assert.Equal((0, bins.Count - 1), (bins.BinOf(0), bins.BinOf(1)));
    }

    [Fact]
    public void Release_HardlyAnyNoise_GivesTheMetricsOfTheRows()
    {
        var (examples, rows) = Scored(3000, seed: 1);
        var scores = Evaluate(examples, mu: 1000, seed: 1);
        Assert.Equal(RankMetrics.Auroc(rows), scores.Auroc.Value, 0.01);
        Assert.Equal(RankMetrics.Accuracy(rows), scores.Accuracy.Value, 0.001);
        Assert.InRange(scores.CalibrationError, 0, 0.05);
        Assert.InRange(RankMetrics.Auroc(rows), scores.Auroc.Low, scores.Auroc.High);
        Assert.Equal(3000, scores.Calibration.Sum(bin => bin.Count), 1.0);
    }

    // 120 datasets of a known law under real noise. Expected 114 of 120 hold the truth; under 102 has a chance of about 1e-5. Without the noise's
    // share the intervals would be far too short at this budget, which the second assertion shows.
    [Fact]
    public void Release_ManyDatasets_IntervalsHoldTheTruth()
    {
        const int datasets = 120;
        var truth = RankMetrics.Auroc(Scored(200_000, seed: 7).Rows);
        var (held, heldWithoutNoise) = (0, 0);
        for (var i = 0; i < datasets; i++)
        {
            var (examples, _) = Scored(800, seed: 1000 + (ulong)i);
            var scores = Evaluate(examples, mu: 0.25, seed: (ulong)i);
            held += truth >= scores.Auroc.Low && truth <= scores.Auroc.High ? 1 : 0;
            var sampling = Evaluate(examples, mu: 1000, seed: (ulong)i).Auroc;
            var half = (sampling.High - sampling.Low) / 2;
            heldWithoutNoise += Math.Abs(truth - scores.Auroc.Value) <= half ? 1 : 0;
        }

        Assert.InRange(held, 102, datasets);
        Assert.InRange(heldWithoutNoise, 0, 100);
    }

    // One unit's rows, however many, move the table by at most 1 in length: two of them would move it by √2 without the scaling.
    [Fact]
    public void Count_UnitOfManyRows_MovesTheTableByOneAtMost()
    {
        var with = Counts(new UnitRows([0.1f, 0.2f, 0.9f, 0.9f, 0.9f], [0, 1, 0, 1, 1], [1, 2, 3, 3, 3]));
        var without = Counts(new UnitRows([0.1f, 0.2f], [0, 1], [1, 2]));
        var difference = with.Zip(without, (one, other) => one - other).ToArray();
        Assert.Equal(1, Math.Sqrt(difference.Sum(value => value * value)), 1e-9);
        Assert.Equal(2, without.Sum(), 1e-9);
        Assert.Equal(2, difference.Count(value => value > 0));
    }

    [Fact]
    public void Count_ModelWhoseLastBitsDependOnThePlace_PutsEqualRowsInOneBin()
    {
        // All rows score one half but for their last bits, and one half is an edge: one row more must not move the others across it.
        using var wavering = new Wavering();
        foreach (var count in new[] { 7, 8 })
        {
            using var counts = PrivateEvaluation.Count(wavering, new InMemoryExamples([1], new float[count], [.. Enumerable.Repeat(1f, count)]), bins);
            Assert.Equal([(double)count], counts.Open().data<double>().ToArray().Where(value => value != 0));
        }
    }

    [Fact]
    public void Release_NoiseOnCounts_HasTheDeviationOfTheBudget()
    {
        var empty = new double[2 * bins.Count];
        double Deviation(double mu, Adjacency adjacency)
        {
            var squares = new List<double>();
            for (var seed = 0; seed < 400; seed++)
            {
                using var released = new QuadraticExponentialMechanism(mu, 1, 1, empty.Length, adjacency).Release(new Sensitive<Tensor>(tensor(empty)), new SeededNoise((ulong)seed));
                squares.AddRange(released.data<float>().Select(value => (double)value * value));
            }

            return Math.Sqrt(squares.Average());
        }

        // 16,000 squares: relative error of the deviation 0.6 %; 3 % is five of those.
        Assert.Equal(4, Deviation(0.25, Adjacency.AddRemove), 0.12);
        Assert.Equal(8, Deviation(0.25, Adjacency.ReplaceOne), 0.24);

        // Never less than the budget asks for, and no more than what rounding may take.
        Assert.InRange(Evaluate(Scored(500, 1).Examples, 0.25, 1).NoiseDeviation, 4, 4 * (1 + QuadraticMechanism.RoundingAllowance) * (1 + 1e-6));
    }

    [Fact]
    public void Release_TooSmallBudget_SaysSo()
    {
        var scores = Evaluate(Scored(100, seed: 3).Examples, mu: 0.01, seed: 3);
        Assert.False(scores.Suffices);
        Assert.True(double.IsNaN(scores.Auroc.Value));
        Assert.Empty(scores.Calibration);
    }

    private static ModuleModel Identity()
    {
        var layer = nn.Linear(1, 1);
        using var quiet = no_grad();
        layer.weight!.fill_(1);
        layer.bias!.fill_(0);
        return new(layer);
    }

    // Scores are the true chances, so calibration is perfect.
    private static (InMemoryExamples Examples, ScoredRows Rows) Scored(int count, ulong seed)
    {
        var generator = new SeededGenerator(seed);
        var chances = Enumerable.Range(0, count).Select(_ => Math.Pow(generator.NextDouble(), 2) * 0.9 + 0.02).ToArray();
        var labels = chances.Select(chance => generator.NextDouble() < chance ? 1f : 0f).ToArray();
        return (new([1], [.. chances.Select(chance => (float)Math.Log(chance / (1 - chance)))], labels), ScoredRows.Of(chances, labels));
    }

    private PrivateScores Evaluate(IExampleSource rows, double mu, ulong seed) =>
        PrivateEvaluation.Release(PrivateEvaluation.Count(model, rows, bins), bins, mu, Adjacency.AddRemove, new SeededNoise(seed + 5));

    private double[] Counts(IExampleSource rows)
    {
        using var counts = PrivateEvaluation.Count(model, rows, bins);
        return counts.Open().data<double>().ToArray();
    }

    /// <summary>A model whose output is off by a last bit, up or down, by the row's place and the number of rows, as matrix products are.</summary>
    private sealed class Wavering : TunableModel
    {
        public override IReadOnlyList<ParameterBlock> Blocks => [];

        public override Tensor Forward(IReadOnlyList<Tensor> inputs) =>
            ((arange(inputs[0].shape[0]) + inputs[0].shape[0]).remainder(2) * 2 - 1).to_type(ScalarType.Float32).unsqueeze(1) * 1e-7f;

        public override RecordedForward Record(IReadOnlyList<Tensor> inputs) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
        }
    }

    private sealed class UnitRows(float[] scores, float[] labels, long[] units) : IExampleSource
    {
        public IReadOnlyList<int[]> InputShapes => [[1]];

        public IEnumerable<ExampleBatch> Read(int batchSize, CancellationToken cancellationToken = default) =>
            [new(scores.Length, [[.. scores.Select(score => MathF.Log(score / (1 - score)))]], labels, units)];
    }
}
