using Quietune.Tuning.Features;
using static TorchSharp.torch;

namespace Quietune.Tuning.Tests.Features;

public sealed class MorletFiltersTests
{
    private const int Side = 36;

    // In space: (s/(2πσ²))·exp(−(u∥² + s²u⊥²)/(2σ²))·(e^{iξu∥} − κ), summed over the grid's periods, κ such that the sum is zero.
    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 3)]
    [InlineData(1, 6)]
    public void Of_TurnedBackToSpace_IsTheMorletWavelet(int scale, int angle)
    {
        using var scope = NewDisposeScope();
        var filter = fft.ifft2(MorletFilters.Of(scale, 8, Side, Side)[angle]);
        var deviation = 0.8 * Math.Pow(2, scale);
        var frequency = 0.75 * Math.PI / Math.Pow(2, scale);
        var (wave, envelope) = Waves();
        var kappa = wave.Aggregate((sum, value) => sum + value) / envelope.Sum();
        for (var place = 0; place < Side * Side; place++)
        {
            var expected = wave[place] - (kappa * envelope[place]);
            var found = filter[place / Side, place % Side];
            Assert.Equal(expected.Real, found.real.item<float>(), 1e-5);
            Assert.Equal(expected.Imaginary, found.imag.item<float>(), 1e-5);
        }

        (System.Numerics.Complex[] Wave, double[] Envelope) Waves()
        {
            var waves = new System.Numerics.Complex[Side * Side];
            var envelopes = new double[Side * Side];
            var theta = Math.PI * angle / 8;
            for (var row = -Side; row < 2 * Side; row++)
            {
                for (var column = -Side; column < 2 * Side; column++)
                {
                    var along = (column * Math.Cos(theta)) + (row * Math.Sin(theta));
                    var across = (row * Math.Cos(theta)) - (column * Math.Sin(theta));
                    var height = 0.5 / (2 * Math.PI * deviation * deviation) * Math.Exp(-((along * along) + (0.25 * across * across)) / (2 * deviation * deviation));
                    var place = ((row + Side) % Side * Side) + ((column + Side) % Side);
                    envelopes[place] += height;
                    waves[place] += height * System.Numerics.Complex.Exp(new(0, frequency * along));
                }
            }

            return (waves, envelopes);
        }
    }

    // A frame: the transform enlarges no signal, and loses none between the average and the finest wave.
    [Fact]
    public void Of_WithTheAverage_HasABoundedLittlewoodPaleySum()
    {
        using var scope = NewDisposeScope();
        var frequencies = fft.fftfreq(Side) * (2 * Math.PI);
        var radius = (frequencies.square().unsqueeze(0) + frequencies.square().unsqueeze(1)).sqrt();
        var sum = (radius.square() * -(1.6 * 1.6)).exp();
        for (var scale = 0; scale < 2; scale++)
        {
            var squares = MorletFilters.Of(scale, 8, Side, Side).square().sum([0]);
            sum += 0.5 * (squares + squares.flip(0, 1).roll([1, 1], [0, 1]));
        }

        Assert.InRange(sum.max().item<float>(), 0.9, 1.01);
        Assert.InRange(sum[radius.lt(2.5)].min().item<float>(), 0.2, 1);
        Assert.Equal(1, sum[0, 0].item<float>(), 1e-5);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Average_OfAConstantAndOfASlope_KeepsThem(int spacing)
    {
        using var scope = NewDisposeScope();
        var average = MorletFilters.Average(28, 4, spacing, 4, 1.6);
        var line = arange(Side / spacing, dtype: ScalarType.Float32) * spacing;
        Assert.Equal([7, Side / spacing], average.shape);
        Assert.True((average.sum(1) - 1).abs().max().item<float>() < 1e-6);

        // Away from the ends, the mean of a slope is its value at the output's own pixel: 4 + 4k on the padded line.
        var slope = average.matmul(line);
        for (var output = 1; output < 6; output++)
        {
            Assert.Equal(4 + (4 * output), slope[output].item<float>(), 1e-2);
        }
    }
}
