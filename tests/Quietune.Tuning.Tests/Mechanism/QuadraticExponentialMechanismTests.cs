using CsCheck;
using MathNet.Numerics.Distributions;
using Quietune.Privacy.Budgets;
using Quietune.Privacy.Noise;
using Quietune.Tuning.Mechanism;
using Quietune.Tuning.Tests.Models;
using static TorchSharp.torch;

namespace Quietune.Tuning.Tests.Mechanism;

/// <summary>The figures that a certificate prints, against the derivation and against draws.</summary>
public sealed class QuadraticExponentialMechanismTests
{
    private static readonly Gen<QuadraticExponentialMechanism> Mechanisms = Gen.Select(
        Gen.Double[0.01, 5], Gen.Double[0.001, 100], Gen.Long[1, 1_000_000], Gen.Long[1, 100_000], Gen.Enum<Adjacency>(),
        (mu, clipNorm, size, dimension, adjacency) => new QuadraticExponentialMechanism(mu, clipNorm, size, dimension, adjacency));

    [Fact]
    public void Figures_OfAnyMechanism_AreThoseOfTheDerivation() => Mechanisms.Sample(mechanism =>
    {
        var factor = mechanism.Adjacency == Adjacency.ReplaceOne ? 2 : 1;
        Same(mechanism.ClipNorm * factor, mechanism.SumSensitivity);
        Same(factor / mechanism.Mu, mechanism.NoiseMultiplier);

        // Room for float32 sums, and two steps of the lattice for each coordinate.
        var sensitivity = mechanism.InflatedSensitivity;
        Same((mechanism.SumSensitivity * (1 + (1 / 256.0))) + (2 * Math.Sqrt(mechanism.Dimension) * mechanism.LatticeStep), sensitivity);
        Same(mechanism.NoiseScale, mechanism.LatticeStep * (1 << 30));
        Same(sensitivity / mechanism.Mu, mechanism.NoiseScale);
        Same(mechanism.NominalSize * mechanism.Mu * mechanism.Mu / (sensitivity * sensitivity), mechanism.Beta);

        // μ = Δ·√(β/N), and the excess k·Δ²/(2N²μ²).
        Same(mechanism.Mu, sensitivity * Math.Sqrt(mechanism.Beta / mechanism.NominalSize));
        Same(mechanism.Dimension * sensitivity * sensitivity / (2 * Math.Pow(mechanism.NominalSize * mechanism.Mu, 2)), mechanism.ExpectedExcess);
        Same(mechanism.SumSensitivity * 3, mechanism.UtilitySensitivity(3));
        Assert.True(mechanism.ExcessTail(0.01) > mechanism.ExpectedExcess);
        Assert.True(mechanism.ExcessTail(1e-9) > mechanism.ExcessTail(1e-3));
    });

    [Theory]
    [InlineData(Adjacency.AddRemove)]
    [InlineData(Adjacency.ReplaceOne)]
    [InlineData(Adjacency.ZeroOut)]
    public void Utility_OfNeighbours_DiffersByTheSensitivityAndAttainsIt(Adjacency adjacency)
    {
        using var problem = new SmallProblem();
        using var scope = NewDisposeScope();
        var mechanism = new QuadraticExponentialMechanism(1, 0.5, 30, problem.Geometry.Dimension, adjacency);
        var rows = SmallProblem.Rows(10, seed: 4);
        float[] far = [3, -2, 4, 1];
        var with = problem.Sum(SmallProblem.With(rows, far, 0), mechanism.ClipNorm);
        var without = problem.Sum(adjacency == Adjacency.ReplaceOne ? SmallProblem.With(rows, far, 1) : rows, mechanism.ClipNorm);
        const double radius = 2;
        for (ulong seed = 0; seed < 50; seed++)
        {
            var direction = Filled.Normal(seed, problem.Geometry.Dimension);
            Assert.True(Change(direction) <= mechanism.UtilitySensitivity(radius) * (1 + 1e-5));
        }

        Assert.Equal(mechanism.UtilitySensitivity(radius), Change(with - without), 1e-4 * mechanism.UtilitySensitivity(radius));

        double Change(Tensor direction)
        {
            var point = direction * (radius / direction.norm());
            return Math.Abs(mechanism.Utility(point, with) - mechanism.Utility(point, without));
        }
    }

    [Fact]
    public void Release_FromASecureSource_LiesOnTheLatticeWhateverTheSum()
    {
        using var scope = NewDisposeScope();
        var mechanism = new QuadraticExponentialMechanism(0.5, 1, 10, 200_000, Adjacency.AddRemove);
        using var zero = mechanism.Release(new(zeros(200_000, dtype: ScalarType.Float64)), new SecureNoise());
        using var third = mechanism.Release(new(full(200_000, 1 / 3.0, dtype: ScalarType.Float64)), new SecureNoise());

        // float32 keeps 24 bits, so outcomes of fewer steps than 2¹⁸ show the lattice itself; 39 of them are expected.
        foreach (var released in new[] { zero, third })
        {
            var counts = released.to_type(ScalarType.Float64) / mechanism.LatticeStep;
            var near = counts.masked_select(counts.abs() < (1 << 18));
            Assert.InRange(near.numel(), 8, 90);
            Assert.True(near.sub(near.round()).abs().lt(0.02).all().item<bool>());
        }

        var shift = (third - zero).mean().item<float>();
        Assert.Equal(1 / 3.0, shift, 4.9 * mechanism.NoiseScale * Math.Sqrt(2.0 / 200_000));
    }

    [Fact]
    public void Constructor_MuThatRoundingAloneWouldSpend_IsRefused() => Assert.Throws<ArgumentOutOfRangeException>(
        () => new QuadraticExponentialMechanism(1e-6, 1, 10, 1_000_000, Adjacency.AddRemove));

    [Fact]
    public void Utility_AtItsMinimum_IsThatOfTheCompletedSquare()
    {
        using var scope = NewDisposeScope();
        var mechanism = new QuadraticExponentialMechanism(1, 1, 40, 6, Adjacency.AddRemove);
        var sum = Filled.Normal(1, 6);
        Assert.Equal(sum.square().sum().item<float>() / 80, mechanism.Utility(sum / -40, sum), 1e-5);
        Assert.Equal(0, mechanism.Utility(zeros(6), sum));
    }

    [Fact]
    public void Release_ManyDraws_ExcessHasTheMeanAndTailPromised()
    {
        // Through the utility itself: the excess of φ = −s̃/N over the best, per unit.
        using var scope = NewDisposeScope();
        const int draws = 20_000;
        var mechanism = new QuadraticExponentialMechanism(0.7, 1.3, 12, 20, Adjacency.AddRemove);
        var sum = Filled.Normal(2, 20);
        var best = mechanism.Utility(sum / -12, sum);
        var noise = new SeededNoise(5);
        var excess = Enumerable.Range(0, draws).Select(_ =>
        {
            using var draw = NewDisposeScope();
            return (best - mechanism.Utility(mechanism.Release(new Sensitive<Tensor>(sum.clone()), noise) / -12, sum)) / 12;
        }).ToArray();

        // The mean of 20,000 sums of 20 squares, within 5.2 standard deviations: 1.2 %. A factor of 2, or β without its N, is far outside.
        Assert.Equal(mechanism.ExpectedExcess, excess.Average(), 5.2 * mechanism.ExpectedExcess * Math.Sqrt(2.0 / (20 * draws)));
        foreach (var probability in new[] { 0.5, 0.1, 0.01, 0.001 })
        {
            var passed = excess.Count(value => value > mechanism.ExcessTail(probability));
            Assert.True(Binomial.CDF(probability, draws, passed - 1) < 1 - NormalLaw.Level, $"{passed} of {draws} pass the {probability} tail.");

            // A bound, but one that says something: half of it is passed far more often.
            Assert.True(excess.Count(value => value > mechanism.ExcessTail(probability) / 2) > 3 * probability * draws * 0.5);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(-0.1)]
    [InlineData(double.NaN)]
    public void ExcessTail_ProbabilityOutsideItsRange_IsRefused(double probability) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new QuadraticExponentialMechanism(1, 1, 1, 1, Adjacency.AddRemove).ExcessTail(probability));

    [Theory]
    [InlineData(0, 1, 1, 1)]
    [InlineData(-1, 1, 1, 1)]
    [InlineData(double.NaN, 1, 1, 1)]
    [InlineData(double.PositiveInfinity, 1, 1, 1)]
    [InlineData(1, 0, 1, 1)]
    [InlineData(1, double.NaN, 1, 1)]
    [InlineData(1, double.PositiveInfinity, 1, 1)]
    [InlineData(1, 1, 0, 1)]
    [InlineData(1, 1, 1, 0)]
    public void Constructor_ValueOutsideItsRange_IsRefused(double mu, double clipNorm, long size, long dimension) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new QuadraticExponentialMechanism(mu, clipNorm, size, dimension, Adjacency.AddRemove));

    [Fact]
    public void Release_SumOfTheWrongLength_IsRefusedAndFreed()
    {
        using var scope = NewDisposeScope();
        var mechanism = new QuadraticExponentialMechanism(1, 1, 1, 4, Adjacency.AddRemove);
        var sum = zeros(5);
        Assert.Throws<ArgumentException>(() => mechanism.Release(new Sensitive<Tensor>(sum), new SeededNoise(1)));
        Assert.True(sum.IsInvalid);
    }

    [Fact]
    public void Release_Twice_DrawsTwice()
    {
        using var scope = NewDisposeScope();
        var mechanism = new QuadraticExponentialMechanism(1, 1, 1, 4, Adjacency.AddRemove);
        var noise = new SeededNoise(1);
        var first = mechanism.Release(new Sensitive<Tensor>(zeros(4)), noise);
        Assert.False(first.eq(mechanism.Release(new Sensitive<Tensor>(zeros(4)), noise)).any().item<bool>());
    }

    private static void Same(double expected, double found) => Assert.Equal(expected, found, 1e-12 * Math.Abs(expected));
}
