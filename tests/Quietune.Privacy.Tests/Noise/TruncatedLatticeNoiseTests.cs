using System.Globalization;
using Quietune.Privacy.Noise;

namespace Quietune.Privacy.Tests.Noise;

public sealed class TruncatedLatticeNoiseTests
{
    private const int Draws = 400_000;
    private const int Bins = 20;

    // The worst neighbours of one coordinate: a value and one at distance Δ, the shift pointing to the ball's edge.
    private const double Epsilon = 1, Sensitivity = 1, LargestNorm = 2;

    [Fact]
    public void Release_TwoWorlds_LogRatiosStayWithinEpsilonAndComeNear()
    {
        var largest = LargestLogRatio(Histograms(Sensitivity));

        // The loss spans ε; between mirrored neighbours that is ε/2 to both sides, less what a bin's width hides.
        Assert.InRange(largest, 0.3 * Epsilon, Epsilon);
    }

    [Fact]
    public void Release_AccountedWithAThirdOfTheSensitivity_IsFoundOut() => Assert.InRange(LargestLogRatio(Histograms(Sensitivity / 3)), Epsilon, 10);

    [Fact]
    public void Release_OneCoordinate_FollowsTheTruncatedNormal()
    {
        var mechanism = new TruncatedLatticeNoise(Epsilon, Sensitivity, 1, LargestNorm);
        var observed = Histogram(mechanism, 1.5);
        Assert.True(ChiSquare(observed, mechanism, 1) < 65);    // 19 degrees: P(χ² > 65) = 6e-7
        Assert.True(ChiSquare(observed, mechanism, 1.03) > 65);
        Assert.True(ChiSquare(observed, mechanism, 0.97) > 65);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(0.1, 20)]
    [InlineData(5, 400)]
    public void Release_AnyDimension_StaysInTheBallAndKeepsHalfTheTries(double epsilon, int dimension)
    {
        var mechanism = new TruncatedLatticeNoise(epsilon, 1, dimension, 10);
        Assert.True(mechanism.AcceptanceBound >= 0.5);
        Assert.InRange(2 * mechanism.Radius * (1 + LatticeNoise.RoundingOf(dimension, mechanism.Scale)) / (mechanism.Scale * mechanism.Scale), epsilon * (1 - 1e-9), epsilon);
        var source = new SecureNoise();
        var tries = 0;
        const int count = 500;
        for (var i = 0; i < count; i++)
        {
            // The longest values there are, and longer, which are shortened.
            var values = new double[dimension];
            values[0] = i % 2 == 0 ? 10 : 1e9;
            tries += mechanism.Release(values, source);
            Assert.True(values.Sum(value => value * value) <= mechanism.Radius * mechanism.Radius);
        }

        // Kept with probability a ≥ bound: the tries of 500 draws have mean 500/a and variance 500(1 − a)/a².
        Assert.InRange(count / (double)tries, mechanism.AcceptanceBound - 0.08, 1);
    }

    [Fact]
    public void Constructor_EpsilonTooSmallForTheRadius_NamesTheSmallestThatIsNot()
    {
        var failure = Assert.Throws<ArgumentOutOfRangeException>(() => new TruncatedLatticeNoise(0.5, 1, 100, 10, radius: 50));
        var named = double.Parse(failure.Message.Split("at least ")[1].Split(' ')[0], CultureInfo.InvariantCulture);
        Assert.True(new TruncatedLatticeNoise(named * 1.00001, 1, 100, 10, radius: 50).AcceptanceBound >= 0.5);
        Assert.Throws<ArgumentOutOfRangeException>(() => new TruncatedLatticeNoise(named * 0.99999, 1, 100, 10, radius: 50));
    }

    [Fact]
    public void Constructor_RadiusWithinTheLargestNorm_IsRefused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new TruncatedLatticeNoise(1, 1, 2, 10, radius: 10));

    private static (int[] First, int[] Second) Histograms(double accounted)
    {
        var mechanism = new TruncatedLatticeNoise(Epsilon, accounted, 1, LargestNorm);
        return (Histogram(mechanism, 0.5), Histogram(mechanism, 0.5 - Sensitivity));
    }

    private static int[] Histogram(TruncatedLatticeNoise mechanism, double value)
    {
        var source = new SecureNoise();
        var bins = new int[Bins];
        Span<double> values = stackalloc double[1];
        for (var i = 0; i < Draws; i++)
        {
            values[0] = value;
            mechanism.Release(values, source);
            bins[Math.Clamp((int)((values[0] / mechanism.Radius + 1) / 2 * Bins), 0, Bins - 1)]++;
        }

        return bins;
    }

    /// <summary>The largest |log-ratio| of which one can be sure: less five standard deviations.</summary>
    private static double LargestLogRatio((int[] First, int[] Second) histograms) => histograms.First.Zip(histograms.Second, (a, b) =>
        Math.Abs(Math.Log((double)a / b)) - 5 * Math.Sqrt(1.0 / a + 1.0 / b)).Where(double.IsFinite).Max();

    private static double ChiSquare(int[] observed, TruncatedLatticeNoise mechanism, double factor)
    {
        double Below(int edge) => Profiles.Normal(((2.0 * edge / Bins - 1) * mechanism.Radius - 1.5) / (factor * mechanism.Scale));
        var total = Below(Bins) - Below(0);
        return Enumerable.Range(0, Bins).Sum(i =>
        {
            var expected = Draws * (Below(i + 1) - Below(i)) / total;
            return (observed[i] - expected) * (observed[i] - expected) / expected;
        });
    }

    private static class Profiles
    {
        public static double Normal(double x) => Quietune.Privacy.Profiles.StandardNormal.Cdf(x);
    }
}
