using Quietune.Data;
using Quietune.Privacy.Budgets;
using Quietune.Privacy.Noise;
using Quietune.Tuning.Mechanism;
using static TorchSharp.torch;

namespace Quietune.Tuning.Tests.Mechanism;

/// <summary>What a purely private draw tells two neighbours apart by: a log-ratio that never passes ε, through the product's own pass and release.</summary>
/// <remarks>
/// The log-ratio is linear along s − s′ and spans exactly ε·Δ/Δ′ over the ball, Δ′ the sensitivity as accounted. Logistic regression finds the span to a few percent with 10,000 draws a world:
/// a law of 1.2·ε, or one that takes a replaced unit for a missing one, lies many standard deviations away.
/// </remarks>
public sealed class PureLossTests
{
    private const int Draws = 10_000;
    private const int Bins = 16;
    private const double Epsilon = 4;
    private const double ClipNorm = 0.3;
    private const int NominalSize = 4;

    [Theory]
    [InlineData(Adjacency.AddRemove, 1)]
    [InlineData(Adjacency.ReplaceOne, 1)]
    [InlineData(Adjacency.AddRemove, 3)]
    [InlineData(Adjacency.ZeroOut, 31)]
    public void Release_OnTheWorstNeighbours_SpansEpsilonAndNoMore(Adjacency adjacency, int dimension)
    {
        var (first, second, mechanism, sensitivity) = Worlds(adjacency, adjacency, dimension, Epsilon);

        // The unit is clipped in few coordinates too.
        Assert.Equal(mechanism.SumSensitivity, sensitivity, 1e-3 * sensitivity);
        Assert.InRange(LargestLogRatio(first, second), dimension == 1 ? 0.15 * Epsilon : double.NegativeInfinity, Epsilon);
        var (span, deviation) = Span(first, second, mechanism);
        Assert.InRange(span, Epsilon - 5 * deviation, Epsilon + 5 * deviation);
        Assert.InRange(deviation, 0, dimension > 3 ? Epsilon / 5 : 0.2 * Epsilon / 6.5);
    }

    [Theory]
    [InlineData(Adjacency.AddRemove, Adjacency.AddRemove, 1, 1.2)]
    [InlineData(Adjacency.AddRemove, Adjacency.AddRemove, 3, 1.2)]
    [InlineData(Adjacency.AddRemove, Adjacency.AddRemove, 3, 0.8)]
    [InlineData(Adjacency.ReplaceOne, Adjacency.AddRemove, 1, 1)]
    public void Release_WrongLaw_IsRejected(Adjacency neighbours, Adjacency adjacency, int dimension, double factor)
    {
        var (first, second, mechanism, _) = Worlds(neighbours, adjacency, dimension, factor * Epsilon);
        var (span, deviation) = Span(first, second, mechanism);
        Assert.True(Math.Abs(span - Epsilon) > 5 * deviation, $"{span} ± {deviation}");
    }

    [Fact]
    public void Release_LawOfFourTimesEpsilon_IsRejectedByTheHistogram()
    {
        var (first, second, _, _) = Worlds(Adjacency.ReplaceOne, Adjacency.AddRemove, 1, 2 * Epsilon);
        
        // Neighbours twice as far apart as the law knows, and a fourth of its ε claimed.
        Assert.InRange(LargestLogRatio(first, second), Epsilon / 2, 20);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(31)]
    public void Release_SecureNoise_StaysInTheBall(int dimension)
    {
        using var scope = NewDisposeScope();
        var mechanism = Mechanism(Adjacency.AddRemove, dimension, Epsilon);
        var source = new SecureNoise();
        for (var i = 0; i < 200; i++)
        {
            var released = mechanism.Release(new Sensitive<Tensor>(full([dimension], 1e6, dtype: ScalarType.Float64)), source);
            Assert.InRange(released.norm().item<float>() / NominalSize, 0, mechanism.Radius * (1 + 1e-6));
        }
    }

    [Fact]
    public void MeasuredAcceptance_IsAboveTheBoundAndThatOfTheLongestSum()
    {
        var mechanism = Mechanism(Adjacency.AddRemove, 1, Epsilon);
        Assert.True(mechanism.AcceptanceBound >= 0.5);
        var sum = mechanism.LargestSum;
        var radius = mechanism.Radius * NominalSize;
        var expected = MathNet.Numerics.Distributions.Normal.CDF(sum, mechanism.NoiseScale, radius) - MathNet.Numerics.Distributions.Normal.CDF(sum, mechanism.NoiseScale, -radius);
        Assert.Equal(expected, mechanism.MeasuredAcceptance(), 0.1);
        Assert.True(expected >= mechanism.AcceptanceBound);
    }

    [Fact]
    public void Constructor_BudgetTooSmall_NamesTheSmallestThatIsNot()
    {
        var failure = Assert.Throws<ArgumentOutOfRangeException>(() => Mechanism(Adjacency.AddRemove, 100, 0.5));
        var named = double.Parse(failure.Message.Split("at least ")[1].Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);
        Assert.True(named > 0.5);
        Assert.InRange(Mechanism(Adjacency.AddRemove, 100, named * 1.0001).Radius, 0, 40 * ClipNorm * 1.0001);
        Assert.Throws<ArgumentOutOfRangeException>(() => Mechanism(Adjacency.AddRemove, 100, named * 0.9999));
    }

    private static TruncatedExponentialMechanism Mechanism(Adjacency adjacency, int dimension, double epsilon) =>
        new(epsilon, ClipNorm, NominalSize, dimension, adjacency, new Ball(0.5, LargestRadius: 40));

    /// <summary>Draws for two neighbouring datasets, as distances along the line from one sum to the other.</summary>
    private static (double[] First, double[] Second, TruncatedExponentialMechanism Mechanism, double Sensitivity) Worlds(Adjacency neighbours, Adjacency adjacency, int dimension, double epsilon)
    {
        using var problem = new SmallProblem(dimension);
        using var scope = NewDisposeScope();
        float[] far = [3, -2, 4, 1];
        var common = SmallProblem.Rows(2, seed: 21);
        var with = SmallProblem.With(common, far, 0);
        var without = neighbours switch
        {
            Adjacency.AddRemove => common,
            Adjacency.ReplaceOne => SmallProblem.With(common, far, 1),
            _ => SmallProblem.With(common, [float.NaN, 0, 0, 0], 0),
        };
        var (first, second) = (problem.Sum(with, ClipNorm), problem.Sum(without, ClipNorm));
        var mechanism = new TruncatedExponentialMechanism(epsilon, ClipNorm, NominalSize, dimension, adjacency, new Ball(0.75, LargestRadius: 40));
        var direction = (first - second) / (first - second).norm();
        var source = new SeededNoise(11);
        return (Draw(first), Draw(second), mechanism, (first - second).norm().item<float>());

        double[] Draw(Tensor sum)
        {
            var along = new double[Draws];
            for (var i = 0; i < Draws; i++)
            {
                using var draw = NewDisposeScope();
                along[i] = mechanism.Release(new Sensitive<Tensor>(sum.clone()), source).dot(direction).item<float>();
            }

            return along;
        }
    }

    /// <summary>The span of the log-ratio over the ball, as logistic regression of the world on the draw finds it, and its standard deviation.</summary>
    private static (double Span, double Deviation) Span(double[] first, double[] second, TruncatedExponentialMechanism mechanism)
    {
        var (slope, intercept) = (0.0, 0.0);
        var information = 0.0;
        for (var step = 0; step < 20; step++)
        {
            var (gradient0, gradient1, h00, h01, h11) = (0.0, 0.0, 0.0, 0.0, 0.0);
            foreach (var (x, y) in first.Select(x => (x, 1.0)).Concat(second.Select(x => (x, 0.0))))
            {
                var p = 1 / (1 + Math.Exp(-intercept - slope * x));
                var w = p * (1 - p);
                (gradient0, gradient1) = (gradient0 + y - p, gradient1 + (y - p) * x);
                (h00, h01, h11) = (h00 + w, h01 + w * x, h11 + w * x * x);
            }

            var determinant = h00 * h11 - h01 * h01;
            (intercept, slope) = (intercept + (h11 * gradient0 - h01 * gradient1) / determinant, slope + (h00 * gradient1 - h01 * gradient0) / determinant);
            information = determinant / h00;
        }

        var length = 2 * mechanism.Radius * NominalSize;
        return (slope * length, length / Math.Sqrt(information));
    }

    /// <summary>The largest |log-ratio| of a histogram's bins of which one can be sure: less five standard deviations.</summary>
    private static double LargestLogRatio(double[] first, double[] second)
    {
        var (low, high) = (Math.Min(first.Min(), second.Min()), Math.Max(first.Max(), second.Max()));
        int[] Histogram(double[] draws) => [.. Enumerable.Range(0, Bins).Select(bin => draws.Count(x => Math.Min(Bins - 1, (int)((x - low) / (high - low) * Bins)) == bin))];
        return Histogram(first).Zip(Histogram(second), (a, b) => Math.Abs(Math.Log((double)a / b)) - 5 * Math.Sqrt(1.0 / a + 1.0 / b)).Where(double.IsFinite).Max();
    }
}
