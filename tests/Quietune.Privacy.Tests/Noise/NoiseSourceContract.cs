using Quietune.Privacy.Noise;

namespace Quietune.Privacy.Tests.Noise;

/// <summary>What every noise source promises.</summary>
public abstract class NoiseSourceContract
{
    private const int Count = 200_001;

    // A normal exceeds 4.9 standard errors with probability 1e-6.
    private const double Limit = 4.9;

    protected abstract INoiseSource Source { get; }

    [Fact]
    public void FillNormal_ManyDraws_HaveNormalMomentsAndRejectNearbyScales()
    {
        var draws = new double[Count];
        Source.FillNormal(draws);
        Assert.True(Math.Abs(MeanScore(draws, _ => 0)) < Limit);
        Assert.True(Math.Abs(VarianceScore(draws, 1)) < Limit);
        Assert.True(Math.Abs(VarianceScore(draws, 0.98)) > Limit);
        Assert.True(Math.Abs(VarianceScore(draws, 1.02)) > Limit);

        // Tail mass beyond ±2.
        var tail = draws.Count(x => Math.Abs(x) > 2) / (double)Count;
        const double expected = 0.04550026389635842;
        Assert.True(Math.Abs(tail - expected) < Limit * Math.Sqrt(expected / Count));

        // Independence of neighbours, which share one accepted point.
        var product = Enumerable.Range(0, Count - 1).Average(i => draws[i] * draws[i + 1]);
        Assert.True(Math.Abs(product) * Math.Sqrt(Count) < Limit);
    }

    [Fact]
    public void FillUniform_ManyDraws_FillTheUnitIntervalEvenly()
    {
        var draws = new double[Count];
        Source.FillUniform(draws);
        Assert.All(draws, x => Assert.InRange(x, 0, 1 - 1e-17));
        Assert.True(Math.Abs(MeanScore(draws, _ => 0.5) * Math.Sqrt(12)) < Limit);
        Assert.True(Math.Abs(draws.Average(x => x * x) - 1 / 3.0) * Math.Sqrt(Count * 45.0 / 4) < Limit);
    }

    [Fact]
    public void NextUInt64_ManyWords_EveryBitIsBalanced()
    {
        var source = Source;
        var ones = new int[64];
        for (var i = 0; i < Count; i++)
        {
            var word = source.NextUInt64();
            for (var bit = 0; bit < 64; bit++)
            {
                ones[bit] += (int)((word >> bit) & 1);
            }
        }

        Assert.All(ones, count => Assert.True(Math.Abs(count - Count / 2.0) < 5.7 * Math.Sqrt(Count) / 2));
    }

    private static double MeanScore(double[] draws, Func<int, double> mean) => draws.Average(x => x - mean(0)) * Math.Sqrt(Count);

    private static double VarianceScore(double[] draws, double scale) =>
        (draws.Average(x => x * x / (scale * scale)) - 1) * Math.Sqrt(Count / 2.0);
}
