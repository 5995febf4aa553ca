using Quietune.Data.Images;

namespace Quietune.Data.Tests.Images;

/// <summary>Warps move ink the way they say, and lose none of it inside.</summary>
public sealed class ImageTransformTests
{
    // A 9 × 9 image with one bright pixel, `right` and `up` of the centre.
    private static InMemoryExamples Dot(int right, int up)
    {
        var image = new float[81];
        image[((4 - up) * 9) + 4 + right] = 1;
        return new([1, 9, 9], image, [1]);
    }

    private static (double Right, double Up, double Ink) Find(InMemoryExamples image)
    {
        var (right, up, ink) = (0.0, 0.0, 0.0);
        for (var i = 0; i < 81; i++)
        {
            ink += image.Features[i];
            right += image.Features[i] * ((i % 9) - 4);
            up += image.Features[i] * (4 - (i / 9));
        }

        return (right / ink, up / ink, ink);
    }

    [Fact]
    public void Apply_QuarterTurn_IsCounterClockwise()
    {
        var (right, up, _) = Find(new ImageTransform(RotationDegrees: 90).Apply(Dot(3, 0)));
        Assert.Equal((0, 3), (Math.Round(right, 5), Math.Round(up, 5)));
    }

    [Theory]
    [InlineData(30, 1, 1, 0, 0, 0)]
    [InlineData(-45, 1, 1, 0, 1, -1)]
    [InlineData(0, 1.4, 0.8, 0, 0, 0)]
    [InlineData(0, 1, 1, 0.5, 0, 0)]
    [InlineData(0, 1, 1, 0, 1, 2)]
    [InlineData(20, 1.3, 1.2, 0.2, 0.5, -0.5)]
    public void Apply_Affine_MovesADotByTheDocumentedMap(double degrees, double scaleX, double scaleY, double shear, double shiftX, double shiftY)
    {
        var (sine, cosine) = Math.SinCos(degrees * Math.PI / 180);
        var (sheared, high) = ((1 * scaleX) + (shear * 2 * scaleY), 2 * scaleY);
        var expected = ((cosine * sheared) - (sine * high) + shiftX, (sine * sheared) + (cosine * high) + shiftY);
        var moved = Find(new ImageTransform(degrees, scaleX, scaleY, shear, shiftX, shiftY).Apply(Dot(1, 2)));
        Assert.Equal(expected.Item1, moved.Right, 0.25); // a mirrored or inverse map is off by more than half a pixel
        Assert.Equal(expected.Item2, moved.Up, 0.25);
    }

    [Fact]
    public void Apply_NoChange_IsIdentityOnACopy()
    {
        var image = Dot(4, 4);
        var same = new ImageTransform().Apply(image);
        Assert.Equal(image.Features, same.Features);
        Assert.NotSame(image.Features, same.Features);
    }

    [Fact]
    public void Apply_HalfPixelShiftOffTheEdge_KeepsHalfTheInk() =>
        Assert.Equal(0.5, Find(new ImageTransform(ShiftX: 0.5).Apply(Dot(4, 0))).Ink, 1e-6);

    [Fact]
    public void Apply_HalfPixelShiftFromEachEdge_LosesNothingInside()
    {
        foreach (var (right, up) in new[] { (-4, 0), (4, 0), (0, 4), (0, -4) })
        {
            var shift = new ImageTransform(ShiftX: -Math.Sign(right) * 0.5, ShiftY: -Math.Sign(up) * 0.5);
            Assert.Equal(1, Find(shift.Apply(Dot(right, up))).Ink, 1e-6);
        }
    }

    [Fact]
    public void Apply_Thickness_GrowsOrThinsAPlusOfInk()
    {
        var thick = new ImageTransform(Thickness: 0.5).Apply(Dot(0, 0));
        Assert.Equal(3, Find(thick).Ink, 1e-6); // the dot and half of each of its four neighbours
        Assert.Equal(0, new ImageTransform(Thickness: -1).Apply(Dot(0, 0)).Features.Sum());
    }

    [Fact]
    public void Apply_Contrast_IsLimitedToOne() => Assert.Equal(1, new ImageTransform(Contrast: 3).Apply(Dot(0, 0)).Features.Max());

    [Fact]
    public void Apply_Stripe_InvertsTheMiddleColumnsAlone()
    {
        var pixels = Enumerable.Range(0, 2 * 6).Select(i => i / 16f).ToArray();
        var striped = new ImageTransform(Stripe: 2).Apply(new([1, 2, 6], pixels, [1]));
        Assert.Equal(pixels.Select((pixel, i) => i % 6 is 2 or 3 ? 1 - pixel : pixel), striped.Features);
    }

    [Fact]
    public void Apply_ManyImages_EachIsItsOwn()
    {
        var images = new InMemoryExamples([1, 9, 9], [.. Enumerable.Range(0, 1000).SelectMany(i => Dot((i % 5) - 2, (i % 3) - 1).Features)], new float[1000]);
        var turn = new ImageTransform(RotationDegrees: 30);
        var turned = turn.Apply(images);
        Assert.All(Enumerable.Range(0, 1000), i => Assert.Equal(turn.Apply(images.Slice(i, 1)).Features, turned.Example(i).ToArray()));
    }

    [Fact]
    public void Apply_NotAnImageOrScaleZero_Throws()
    {
        Assert.Throws<ArgumentException>(() => new ImageTransform().Apply(new([81], new float[81], [1])));
        Assert.Throws<ArgumentException>(() => new ImageTransform(ScaleX: 0).Apply(Dot(0, 0)));
        Assert.Throws<ArgumentException>(() => new ImageTransform(RotationDegrees: double.NaN).Apply(Dot(0, 0)));
    }
}
