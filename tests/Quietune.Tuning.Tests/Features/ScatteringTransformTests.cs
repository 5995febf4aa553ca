using Quietune.Data.Generated;
using Quietune.Tuning.Features;
using static TorchSharp.torch;

namespace Quietune.Tuning.Tests.Features;

public sealed class ScatteringTransformTests : IDisposable
{
    private const int Angles = 8;
    private readonly ScatteringTransform transform = new(28, 28);

    public void Dispose() => transform.Dispose();

    [Fact]
    public void Of_MnistSizedImages_Has81ChannelsOf7By7()
    {
        using var scope = NewDisposeScope();
        Assert.Equal([81, 7, 7], transform.OutputShape);
        Assert.Equal([3, 81, 7, 7], transform.Of(zeros(3, 1, 28, 28)).shape);
    }

    [Fact]
    public void Of_AConstant_IsItsAverageAndNoWave()
    {
        using var scope = NewDisposeScope();
        var found = transform.Of(full([1, 28, 28], 0.7f))[0];
        Assert.True((found[0] - 0.7).abs().max().item<float>() < 1e-5);
        Assert.True(found[1..].abs().max().item<float>() < 1e-5);
    }

    // |cos(ξ·u)∗ψ| = ½ψ̂(ξ) for the wavelet of this scale and angle, and ½ψ̂′(ξ) for every other: known values.
    [Theory]
    [InlineData(0, 2)]
    [InlineData(1, 0)]
    [InlineData(1, 5)]
    public void Of_APlaneWave_IsHalfTheFilterAtItsFrequency(int scale, int angle)
    {
        using var scope = NewDisposeScope();
        var frequency = 0.75 * Math.PI / Math.Pow(2, scale);
        var theta = Math.PI * angle / Angles;
        var place = arange(28, dtype: ScalarType.Float32);
        var image = (((place.unsqueeze(0) * Math.Cos(theta)) + (place.unsqueeze(1) * Math.Sin(theta))) * frequency).cos().unsqueeze(0);
        var middle = transform.Of(image)[0, .., 3, 3];
        for (var other = 0; other < Angles; other++)
        {
            var expected = Math.Max(Filter(other, frequency * Math.Cos(theta), frequency * Math.Sin(theta)), Filter(other, -frequency * Math.Cos(theta), -frequency * Math.Sin(theta)));
            Assert.Equal(0.5 * expected, middle[1 + (scale * Angles) + other].item<float>(), 0.01);
        }

        // Frequencies a whole turn apart are one on a grid of pixels: the finest wavelets lie so high that this counts.
        double Filter(int other, double x, double y) => Enumerable.Range(-2, 5).Sum(i => Enumerable.Range(-2, 5).Sum(k => One(other, x + (2 * Math.PI * i), y + (2 * Math.PI * k))));

        double One(int other, double x, double y)
        {
            var turn = Math.PI * other / Angles;
            var (along, across) = ((x * Math.Cos(turn)) + (y * Math.Sin(turn)), (y * Math.Cos(turn)) - (x * Math.Sin(turn)));
            return Gaussian(along - frequency, across) - (Gaussian(along, across) * Gaussian(frequency, 0));
        }

        double Gaussian(double along, double across) => Math.Exp(-0.5 * 0.64 * Math.Pow(4, scale) * ((along * along) + (4 * across * across)));
    }

    // Channels in the order of scale, then angle, and pairs (first angle, second angle): a mirror at the diagonal takes angle l to 4 − l.
    [Fact]
    public void Of_AMirroredImage_HasMirroredAngles()
    {
        using var scope = NewDisposeScope();
        var image = Digits(1);
        var (found, mirrored) = (transform.Of(image)[0], transform.Of(image.transpose(1, 2).contiguous())[0].transpose(1, 2));
        for (var angle = 0; angle < Angles; angle++)
        {
            Same(found[1 + angle], mirrored[1 + Mirror(angle)]);
            Same(found[1 + Angles + angle], mirrored[1 + Angles + Mirror(angle)]);
            for (var second = 0; second < Angles; second++)
            {
                Same(found[1 + (2 * Angles) + (angle * Angles) + second], mirrored[1 + (2 * Angles) + (Mirror(angle) * Angles) + Mirror(second)]);
            }
        }

        static int Mirror(int angle) => (4 - angle + Angles) % Angles;
        static void Same(Tensor one, Tensor other) => Assert.True((one - other).abs().max().item<float>() < 1e-5);
    }

    // 16 pixels a coefficient: the energy of the coefficients is at most that of the padded image, and differences shrink too.
    [Fact]
    public void Of_Digits_EnlargesNoEnergyAndNoDifference()
    {
        using var scope = NewDisposeScope();
        var images = Digits(20);
        var noisy = images + (0.1 * randn_like(images));
        var padded = nn.functional.pad((images - noisy).unsqueeze(1), [4, 4, 4, 4], TorchSharp.PaddingModes.Reflect);
        var energy = 16 * transform.Of(images).square().sum([1, 2, 3]) / nn.functional.pad(images.unsqueeze(1), [4, 4, 4, 4], TorchSharp.PaddingModes.Reflect).square().sum([1, 2, 3]);
        Assert.InRange(energy.max().item<float>(), 0.3, 1);
        Assert.InRange(((transform.Of(images) - transform.Of(noisy)).square().sum([1, 2, 3]) * 16 / padded.square().sum([1, 2, 3])).max().item<float>(), 0, 1);
    }

    [Fact]
    public void Of_MovedDigits_ChangesLessThanTheDigits()
    {
        using var scope = NewDisposeScope();
        var images = Digits(20);
        var (before, after) = (transform.Of(images), transform.Of(images.roll(1, 2)));
        var change = (before - after).square().sum([1, 2, 3]) / before.square().sum([1, 2, 3]);
        var pixels = (images - images.roll(1, 2)).square().sum([1, 2]) / images.square().sum([1, 2]);
        Assert.True((change / pixels).max().item<float>() < 0.35);
    }

    // Moved by 2^J pixels, ink that stays clear of the border has the same coefficients one place further.
    [Fact]
    public void Of_ASpotMovedByOneCell_MovesByOneCell()
    {
        using var scope = NewDisposeScope();
        var image = zeros(1, 28, 28);
        image[0, 10..14, 9..15] = 1;
        var (before, after) = (transform.Of(image)[0], transform.Of(image.roll([4, 4], [1, 2]))[0]);
        Assert.True((before[.., 1..5, 1..5] - after[.., 2..6, 2..6]).abs().max().item<float>() < 0.01 * before.abs().max().item<float>());
    }

    // What sampling in between may change: the moduli at every pixel, averaged, by slow convolutions.
    [Fact]
    public void Of_ADigit_AgreesWithConvolutionsAtEveryPixel()
    {
        using var scope = NewDisposeScope();
        var image = Digits(1);
        var found = transform.Of(image)[0];
        var padded = nn.functional.pad(image.unsqueeze(1), [4, 4, 4, 4], TorchSharp.PaddingModes.Reflect)[0, 0];
        var average = MorletFilters.Average(28, 4, 1, 4, 1.6);
        var first = fft.ifft2(fft.fft2(padded) * MorletFilters.Of(0, Angles, 36, 36)[3]).abs();
        var coarse = fft.ifft2(fft.fft2(padded) * MorletFilters.Of(1, Angles, 36, 36)[6]).abs();
        var second = fft.ifft2(fft.fft2(first) * MorletFilters.Of(1, Angles, 36, 36)[1]).abs();
        Close(first, 1 + 3);
        Close(coarse, 1 + Angles + 6);
        Close(second, 1 + (2 * Angles) + (3 * Angles) + 1);

        void Close(Tensor modulus, int channel)
        {
            var expected = average.matmul(modulus).matmul(average.t());
            Assert.True((found[channel] - expected).norm().item<float>() < 0.02 * expected.norm().item<float>());
        }
    }

    [Theory]
    [InlineData(27, 28)]
    [InlineData(4, 28)]
    public void Make_SidesThatDoNotFit_AreRefused(int height, int width) => Assert.Throws<ArgumentException>(() => new ScatteringTransform(height, width));

    [Fact]
    public void Of_AnotherSize_IsRefused()
    {
        using var scope = NewDisposeScope();
        Assert.Throws<ArgumentException>(() => transform.Of(zeros(2, 3, 28, 28)));
        Assert.Throws<ArgumentException>(() => transform.Of(zeros(2, 1, 32, 28)));
    }

    private static Tensor Digits(int count) => tensor(GeneratedDigits.Create(count, seed: 3).Features, [count, 28, 28]);
}
