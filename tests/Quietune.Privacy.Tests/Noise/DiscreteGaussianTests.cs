using MathNet.Numerics.Distributions;
using Quietune.Privacy.Noise;
using Quietune.Privacy.Profiles;

namespace Quietune.Privacy.Tests.Noise;

public sealed class DiscreteGaussianTests
{
    private const double Level = 1e-6;
    private const int Many = 10_000_000;

    [Theory]
    [InlineData(0, 300_000)]
    [InlineData(1, 300_000)]
    [InlineData(3, 300_000)]
    public void Fill_SmallScales_FollowEveryProbability(int logScale, int count)
    {
        var draws = new long[count];
        new DiscreteGaussian(logScale).Fill(new SecureNoise(), draws);
        var reach = 5 << logScale;
        var observed = new double[2 * reach + 1];
        foreach (var draw in draws)
        {
            observed[Math.Clamp(draw, -reach, reach) + reach]++;
        }

        Assert.InRange(PValue(observed, Law(1)), Level, 1);
        Assert.InRange(PValue(observed, Law(1.02)), 0, Level);
        Assert.InRange(PValue(observed, Law(0.98)), 0, Level);

        double[] Law(double factor)
        {
            var sigma = factor * (1 << logScale);
            var weights = Enumerable.Range(-reach, 2 * reach + 1).Select(n => Math.Exp(-n * n / (2 * sigma * sigma))).ToArray();
            return [.. weights.Select(weight => weight / weights.Sum())];
        }
    }

    [Fact]
    public void Fill_TenMillionAtTheLatticesScale_FollowTheLawAndNoNearbyOne()
    {
        // 400 cells of width σ/40; beyond ±5σ the ends gather what is left. At this scale a sum over a cell's integers is the normal's integral between
        // the half integers, up to 1/σ² ≈ 1e-18 of it.
        var draws = new long[Many];
        new DiscreteGaussian(LatticeNoise.LogScale).Fill(new SecureNoise(), draws);
        const int cells = 400;
        const double width = (1L << LatticeNoise.LogScale) / 40.0;
        var observed = new double[cells];
        var lowBits = new double[256];
        foreach (var draw in draws)
        {
            observed[(int)Math.Clamp(Math.Floor((draw + 0.5) / width) + cells / 2, 0, cells - 1)]++;
            lowBits[draw & 255]++;
        }

        Assert.InRange(PValue(observed, Law(1)), Level, 1);
        Assert.InRange(PValue(observed, Law(1.01)), 0, Level);
        Assert.InRange(PValue(observed, Law(0.99)), 0, Level);

        // Nor do the low bits, which a double would lose, prefer any value.
        Assert.InRange(PValue(lowBits, [.. Enumerable.Repeat(1 / 256.0, 256)]), Level, 1);

        double[] Law(double factor)
        {
            double Below(int edge) => edge <= -cells / 2 ? 0 : edge >= cells / 2 ? 1 : StandardNormal.Cdf(edge / 40.0 / factor);
            return [.. Enumerable.Range(-cells / 2, cells).Select(i => Below(i + 1) - Below(i))];
        }
    }

    [Fact]
    public void Fill_Neighbours_AreIndependent()
    {
        var draws = new long[200_001];
        new DiscreteGaussian(20).Fill(new SecureNoise(), draws);
        var product = Enumerable.Range(0, draws.Length - 1).Average(i => (double)draws[i] * draws[i + 1]) / Math.Pow(2, 40);
        Assert.True(Math.Abs(product) * Math.Sqrt(draws.Length) < 4.9);
    }

    [Fact]
    public void Fill_UniformJustAroundTheBound_IsSettledExactly()
    {
        // k = 0 and j = 2¹⁵ at σ = 2¹⁶: kept with probability e^{−1/8}, whose first 64 bits are 0xE1EB51276C110C3C.
        const ulong word = 1UL << 16, bits = 0xE1EB51276C110C3C;
        Assert.Equal(1L << 15, Draw(word, bits - 1));
        Assert.Equal(1L << 15, Draw(word, bits, 0));
        Assert.NotEqual(1L << 15, Draw(word, bits, ulong.MaxValue));
        Assert.NotEqual(1L << 15, Draw(word, bits + 1));

        static long Draw(params IReadOnlyList<ulong> words)
        {
            var draw = new long[1];
            new DiscreteGaussian(16).Fill(new ScriptedWords(words), draw);
            return draw[0];
        }
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(31)]
    public void Constructor_ScaleOutsideItsRange_Throws(int logScale) => Assert.Throws<ArgumentOutOfRangeException>(() => new DiscreteGaussian(logScale));

    private static double PValue(double[] observed, double[] probabilities)
    {
        var count = observed.Sum();
        var (statistic, degrees, pooledObserved, pooledExpected) = (0.0, -1, 0.0, 0.0);
        for (var i = 0; i < observed.Length; i++)
        {
            // Cells that expect fewer than ten draws are pooled.
            pooledObserved += observed[i];
            pooledExpected += probabilities[i] * count;
            if (pooledExpected >= 10)
            {
                statistic += (pooledObserved - pooledExpected) * (pooledObserved - pooledExpected) / pooledExpected;
                (degrees, pooledObserved, pooledExpected) = (degrees + 1, 0, 0);
            }
        }

        return 1 - ChiSquared.CDF(degrees, statistic);
    }
}
