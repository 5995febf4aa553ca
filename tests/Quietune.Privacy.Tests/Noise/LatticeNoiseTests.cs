using Quietune.Privacy.Noise;

namespace Quietune.Privacy.Tests.Noise;

public sealed class LatticeNoiseTests
{
    /// <summary>Neighbouring sums of one coordinate, and a scale at which a normal in doubles betrays them.</summary>
    private const double First = 0, Second = 1, Scale = 4;

    [Fact]
    public void Attack_OnTheLowBitsOfNaiveNoise_TellsNeighboursApart() => Assert.InRange(Advantage(Naive), 0.6, 1);

    [Fact]
    public void Attack_OnTheLattice_LearnsNothing()
    {
        var source = new SecureNoise();
        Assert.InRange(Advantage(value => Secure(value, source)), -0.01, 0.01);
    }

    [Fact]
    public void Release_AnyValue_ReachesTheSameLatticeEvenly()
    {
        // An attacker who knows the lattice sees whole numbers of steps, and no residue that one neighbour prefers.
        var source = new SecureNoise();
        var step = LatticeNoise.StepOf(Scale);
        foreach (var value in (ReadOnlySpan<double>)[First, Second, Math.PI / 1000])
        {
            var residues = new int[16];
            for (var i = 0; i < 16_000; i++)
            {
                var count = Secure(value, source) / step;
                Assert.Equal(Math.Round(count), count);
                residues[(long)count & 15]++;
            }

            Assert.All(residues, residue => Assert.InRange(residue, 1000 - 180, 1000 + 180));
        }
    }

    [Fact]
    public void Release_ManyValues_KeepMeanAndScale()
    {
        var values = new double[200_000];
        Array.Fill(values, 0.3);
        LatticeNoise.Release(values, 2, new SecureNoise());
        var root = Math.Sqrt(values.Length);
        Assert.True(Math.Abs(values.Average() - 0.3) * root / 2 < 4.9);
        var variance = values.Average(x => (x - 0.3) * (x - 0.3)) / 4;
        Assert.True(Math.Abs(variance - 1) * root / Math.Sqrt(2) < 4.9);
        Assert.True(Math.Abs(variance - 1.02 * 1.02) * root / Math.Sqrt(2) > 4.9);
    }

    [Fact]
    public void Release_HugeAndBrokenValues_AreHeldWithinBounds()
    {
        var values = new[] { 1e300, double.PositiveInfinity, double.NegativeInfinity, double.NaN };
        LatticeNoise.Release(values, 1, new SecureNoise());
        var bound = Math.ScaleB(1, 52 - LatticeNoise.LogScale);
        Assert.InRange(values[0], bound - 10, bound + 10);
        Assert.InRange(values[1], bound - 10, bound + 10);
        Assert.InRange(values[2], -bound - 10, -bound + 10);
        Assert.InRange(values[3], -10, 10);
    }

    [Theory]
    [InlineData(0.3, 1, 1)]
    [InlineData(0.05, 2.5, 26_010)]
    [InlineData(4, 1e-3, 100_000_000)]
    public void ScaleOf_AnyRelease_CoversSensitivityAndRounding(double mu, double sensitivity, long dimension)
    {
        var scale = LatticeNoise.ScaleOf(mu, sensitivity, dimension);
        var spent = (sensitivity + LatticeNoise.RoundingOf(dimension, scale)) / scale;
        Assert.InRange(spent, mu * (1 - 1e-14), mu * (1 - 1e-16));
        Assert.InRange(scale, sensitivity / mu, sensitivity / mu * 1.001);
    }

    [Fact]
    public void ScaleOf_MuSpentByRoundingAlone_IsRefused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => LatticeNoise.ScaleOf(1e-6, 1, 1_000_000));

    private static double Secure(double value, SecureNoise source)
    {
        Span<double> values = [value];
        LatticeNoise.Release(values, Scale, source);
        return values[0];
    }

    private static readonly SecureNoise NaiveSource = new();

    private static double Naive(double value)
    {
        Span<double> normal = stackalloc double[1];
        NaiveSource.FillNormal(normal);
        return value + Scale * normal[0];
    }

    /// <summary>P(says Second | Second) − P(says Second | First), of an attacker who looks at the low bits of outcomes near zero.</summary>
    /// <remarks>
    /// Mironov 2012 in spirit: an outcome of Second near 0 is 1 plus a double near −1, and so a multiple of 2⁻⁵³; one of First is a double near 0,
    /// of which less than a quarter are. How likely outcomes near 0 are differs by less than a thirtieth.
    /// </remarks>
    private static double Advantage(Func<double, double> release)
    {
        return SaysSecond(Second) - SaysSecond(First);

        double SaysSecond(double value)
        {
            var (near, coarse) = (0, 0);
            for (var i = 0; i < 100_000; i++)
            {
                var outcome = release(value);
                if (Math.Abs(outcome) < 0.25)
                {
                    var scaled = Math.ScaleB(outcome, 53);
                    (near, coarse) = (near + 1, coarse + (Math.Round(scaled) == scaled ? 1 : 0));
                }
            }

            return coarse / (double)near;
        }
    }
}
