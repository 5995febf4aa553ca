using System.Numerics;
using Quietune.Data;
using Quietune.Privacy.Budgets;
using Quietune.Privacy.Noise;
using Quietune.Tuning.Mechanism;
using Quietune.Tuning.Rounds;
using Quietune.Tuning.Tests.Gradients;
using Quietune.Tuning.Tests.Mechanism;
using static TorchSharp.torch;

namespace Quietune.Tuning.Tests.Rounds;

/// <summary>A plan is carried out as it stands: rounds, noise, momentum, step; and not half.</summary>
public sealed class TunerTests
{
    [Fact]
    public void Tune_WithMomentum_AddsTheShareOfTheLastStep()
    {
        using var problem = new SmallProblem();
        using var scope = NewDisposeScope();
        var plan = SmallProblem.Plan(2, 0.5, 20, Adjacency.AddRemove) with { Rounds = 3, Momentum = 0.5, StepSize = 0.1 };
        var sums = Enumerable.Range(0, 3).Select(round => Models.Filled.Normal((ulong)round, problem.Geometry.Dimension)).ToList();
        Tuner.Tune(problem.Expansion, problem.Geometry, plan, round => new Sensitive<Tensor>(sums[round].clone()), new ScaledNoise(new SeededNoise(1), 0), null);

        // Steps −Wᵀs/N: the first counts 1 + ½ + ¼, the second 1 + ½.
        var whole = (sums[0] * 1.75) + (sums[1] * 1.5) + sums[2];
        var expected = PerExampleLoop.Flat(problem.Expansion.Origin) - (PerExampleLoop.Flat(problem.Geometry.Lift(whole)) * 0.1 / 20);
        PerExampleLoop.AssertClose(expected, PerExampleLoop.Flat(problem.Model.Capture()), 1e-6);
    }

    [Fact]
    public void Tune_SeveralRounds_SpendNoMoreThanTheWhole()
    {
        using var problem = new SmallProblem();
        for (var rounds = 1; rounds <= 200; rounds++)
        {
            var plan = SmallProblem.Plan(0.7, 0.5, 20, Adjacency.AddRemove) with { Rounds = rounds };
            Assert.True(Scaled(plan.MuPerRound) * Scaled(plan.MuPerRound) * rounds <= Scaled(plan.Mu) * Scaled(plan.Mu));
            Assert.Equal(0.7, plan.MuPerRound * Math.Sqrt(rounds), 1e-12);
        }

        var outcome = Tuner.Tune(
            problem.Expansion, SmallProblem.Plan(0.7, 0.5, 20, Adjacency.ReplaceOne) with { Rounds = 4, StepSize = 1e-3 }, SmallProblem.Rows(8, seed: 2), new SeededNoise(1));
        Assert.Equal(0.35, outcome.Mechanism.Mu, 1e-12);
        Assert.Equal(1 / outcome.Mechanism.Mu, outcome.Mechanism.NoiseScale, 5e-3 / outcome.Mechanism.Mu);
        Assert.Equal(4, outcome.Passes);
        Assert.False(outcome.IsSecure);

        // Doubles above 2⁻⁷ times 2⁶⁰ are whole, so the comparison is exact.
        static BigInteger Scaled(double value) => (BigInteger)Math.ScaleB(value, 60);
    }

    [Fact]
    public void Tune_EachRound_ReadsTheRowsAtTheParametersReached()
    {
        using var problem = new SmallProblem();
        using var scope = NewDisposeScope();
        var rows = SmallProblem.Rows(20, seed: 2);
        var plan = SmallProblem.Plan(1e6, 0.5, 20, Adjacency.AddRemove) with { Rounds = 2, StepSize = 1 };
        Tuner.Tune(problem.Expansion, problem.Geometry, plan, _ => PrivatePass.ClippedSum(problem.Model, problem.Loss, problem.Geometry, rows, 0.5, 8), new ScaledNoise(new SeededNoise(1), 0), null);
        var found = PerExampleLoop.Flat(problem.Model.Capture());

        var origin = problem.Expansion.Origin;
        var first = problem.Geometry.Lift(problem.Sum(rows, 0.5) / -20);
        problem.Model.Move(origin, first, 1);
        var middle = problem.Model.Capture();
        var second = problem.Geometry.Lift(PrivatePass.ClippedSum(problem.Model, problem.Loss, problem.Geometry, rows, 0.5, 8).Open().to_type(ScalarType.Float32) / -20);
        PerExampleLoop.AssertClose(PerExampleLoop.Flat(middle.Combine(1, second, 1)), found, 1e-6);
    }

    [Fact]
    public void Tune_StoppedHalfway_RestoresThePretrainedParameters()
    {
        using var problem = new SmallProblem();
        using var scope = NewDisposeScope();
        using var stop = new CancellationTokenSource();
        var plan = SmallProblem.Plan(1, 0.5, 20, Adjacency.AddRemove) with { Rounds = 5 };
        Assert.ThrowsAny<OperationCanceledException>(() =>
            Tuner.Tune(problem.Expansion, plan, SmallProblem.Rows(20, seed: 2), new SeededNoise(1), new StopAt(stop, 0.5), stop.Token));
        Assert.True(PerExampleLoop.Flat(problem.Expansion.Origin).equal(PerExampleLoop.Flat(problem.Model.Capture())).all().item<bool>());
    }

    [Fact]
    public void Tune_RowsThatCannotBeRead_RestoreThePretrainedParameters()
    {
        using var problem = new SmallProblem();
        using var scope = NewDisposeScope();
        Assert.Throws<InvalidDataException>(() =>
            Tuner.Tune(problem.Expansion, SmallProblem.Plan(1, 0.5, 20, Adjacency.AddRemove) with { Rounds = 2 }, new SecondReadFails(), new SeededNoise(1)));
        Assert.True(PerExampleLoop.Flat(problem.Expansion.Origin).equal(PerExampleLoop.Flat(problem.Model.Capture())).all().item<bool>());
    }

    private sealed class StopAt(CancellationTokenSource source, double share) : IProgress<double>
    {
        public void Report(double value)
        {
            if (value >= share)
            {
                source.Cancel();
            }
        }
    }

    private sealed class SecondReadFails : IExampleSource
    {
        private int reads;

        public IReadOnlyList<int[]> InputShapes => [[4]];

        public IEnumerable<ExampleBatch> Read(int batchSize, CancellationToken cancellationToken = default) =>
            reads++ == 0 ? SmallProblem.Rows(4, seed: 1).Read(batchSize, cancellationToken) : throw new InvalidDataException("rows.csv, row 3: expected a number.");
    }
}
