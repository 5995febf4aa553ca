using Quietune.Data;
using Quietune.Privacy.Budgets;
using Quietune.Privacy.Noise;
using Quietune.Tuning.Mechanism;
using static TorchSharp.torch;

namespace Quietune.Tuning.Tests.Mechanism;

/// <summary>What a release tells two neighbours apart by: the log-likelihood ratio is N(±μ²/2, μ²), no more and no less.</summary>
/// <remarks>
/// The clipped sums of both datasets go through the product's pass on real rows; the ratio is formed with the noise that the mechanism
/// declares. Power at level 1e-6 with 5,000 draws and μ = 1: noise off by a tenth moves the ratio's variance by a fifth, 10 standard deviations; a clip
/// norm off by a tenth moves its mean by 7 and its variance by 10. Fewer than one wrong law in 10⁵ would pass.
/// </remarks>
public sealed class PrivacyLossTests
{
    private const int Draws = 5000;
    private const double Mu = 1;
    private const double ClipNorm = 0.9;

    public static TheoryData<Adjacency, int?> Settings =>
    [
        (Adjacency.AddRemove, null), (Adjacency.ReplaceOne, null), (Adjacency.ZeroOut, null),
        (Adjacency.AddRemove, 9), (Adjacency.ReplaceOne, 9),
    ];

    [Theory]
    [MemberData(nameof(Settings))]
    public void Release_OnTheWorstNeighbours_LosesExactlyMu(Adjacency adjacency, int? dimension)
    {
        var (first, second) = PValues(adjacency, adjacency, dimension);
        Assert.InRange(first, NormalLaw.Level, 1);
        Assert.InRange(second, NormalLaw.Level, 1);
    }

    [Theory]
    [InlineData(Adjacency.AddRemove, 1.1, 1)]
    [InlineData(Adjacency.AddRemove, 0.9, 1)]
    [InlineData(Adjacency.AddRemove, 1, 1.1)]
    [InlineData(Adjacency.AddRemove, 1, 0.9)]
    [InlineData(Adjacency.ReplaceOne, 1.1, 1)]
    [InlineData(Adjacency.ReplaceOne, 1, 0.9)]
    public void Release_ClipOrNoiseOffByATenth_IsRejected(Adjacency adjacency, double clip, double noise)
    {
        var (first, second) = PValues(adjacency, adjacency, null, clip, noise);
        Assert.InRange(first, 0, NormalLaw.Level);
        Assert.InRange(second, 0, NormalLaw.Level);
    }

    [Fact]
    public void Release_AddRemoveNoiseForAReplacedUnit_IsRejected()
    {
        var (first, second) = PValues(Adjacency.ReplaceOne, Adjacency.AddRemove, null);
        Assert.InRange(first, 0, NormalLaw.Level);
        Assert.InRange(second, 0, NormalLaw.Level);
    }

    [Theory]
    [InlineData(Adjacency.AddRemove)]
    [InlineData(Adjacency.ReplaceOne)]
    public void Release_OnTheWorstNeighbours_TestingErrorsMeetTheTradeOffCurve(Adjacency adjacency)
    {
        // The best test rejects on a half line; its two errors are Φ(−t + μ/2) style points of the curve. Binomial at 5.2 standard deviations.
        var ratios = Ratios(adjacency, adjacency, null);
        foreach (var threshold in new[] { -0.5, 0, 0.5 })
        {
            var falseAlarms = ratios.Second.Count(ratio => ratio > threshold) / (double)Draws;
            var misses = ratios.First.Count(ratio => ratio <= threshold) / (double)Draws;
            Assert.Equal(MathNet.Numerics.Distributions.Normal.CDF(0, 1, -(threshold / Mu) - (Mu / 2)), falseAlarms, 5.2 / (2 * Math.Sqrt(Draws)));
            Assert.Equal(MathNet.Numerics.Distributions.Normal.CDF(0, 1, (threshold / Mu) - (Mu / 2)), misses, 5.2 / (2 * Math.Sqrt(Draws)));
        }
    }

    /// <summary>How well the ratio fits its law, for draws on the first dataset and on the second.</summary>
    private static (double First, double Second) PValues(Adjacency neighbours, Adjacency mechanism, int? dimension, double clip = 1, double noise = 1)
    {
        using var scope = NewDisposeScope();
        var ratios = Ratios(neighbours, mechanism, dimension, clip, noise);
        return (NormalLaw.PValue(Standard(ratios.First, 1)), NormalLaw.PValue(Standard(ratios.Second, -1)));

        static Tensor Standard(double[] ratios, int sign) => (tensor(ratios).unsqueeze(1) - (sign * Mu * Mu / 2)) / Mu;
    }

    private static (double[] First, double[] Second) Ratios(Adjacency neighbours, Adjacency adjacency, int? dimension, double clip = 1, double noise = 1)
    {
        using var problem = new SmallProblem(dimension);
        using var scope = NewDisposeScope();
        var (first, second) = Neighbours(neighbours);
        var sums = (problem.Sum(first, ClipNorm * clip), problem.Sum(second, ClipNorm * clip));
        var mechanism = new QuadraticExponentialMechanism(Mu, ClipNorm, 30, problem.Geometry.Dimension, adjacency);
        var source = new ScaledNoise(new SeededNoise(11), noise);
        return (Draw(sums.Item1), Draw(sums.Item2));

        // log p(x | first) − log p(x | second), for normals of the declared scale.
        double[] Draw(Tensor sum)
        {
            var released = stack([.. Enumerable.Range(0, Draws).Select(_ => mechanism.Release(new Sensitive<Tensor>(sum.clone()), source))]).to_type(ScalarType.Float64);
            var difference = (released - sums.Item2).square().sum(1) - (released - sums.Item1).square().sum(1);
            return (difference / (2 * mechanism.NoiseScale * mechanism.NoiseScale)).data<double>().ToArray();
        }
    }

    /// <summary>Two datasets that differ in one unit as much as the adjacency allows.</summary>
    private static (IExampleSource First, IExampleSource Second) Neighbours(Adjacency adjacency)
    {
        // So far out on the wrong side that its gradient is many times the clip norm; with the other label it pulls exactly the other way.
        float[] far = [3, -2, 4, 1];
        var common = SmallProblem.Rows(12, seed: 21);
        var with = SmallProblem.With(common, far, 0);
        return (with, adjacency switch
        {
            Adjacency.AddRemove => common,
            Adjacency.ReplaceOne => SmallProblem.With(common, far, 1),
            _ => SmallProblem.With(common, [float.NaN, 0, 0, 0], 0),        // a null unit, which counts as zero
        });
    }
}
