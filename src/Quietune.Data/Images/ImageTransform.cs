namespace Quietune.Data.Images;

/// <summary>A label-preserving change of grey images: an affine warp about the centre, then stroke thickness, then contrast, then a stripe.</summary>
/// <remarks>
/// A point at (x, y) from the centre, y pointing up, moves to Rotation · Shear · Scale · (x, y) + Shift; the pixels between are
/// interpolated bilinearly and the outside is 0 (black).
/// </remarks>
/// <param name="RotationDegrees">Turn, counter-clockwise as the image is looked at; in degrees.</param>
/// <param name="ScaleX">Horizontal magnification.</param>
/// <param name="ScaleY">Vertical magnification.</param>
/// <param name="Shear">Slant: the horizontal shift to the right, in pixels, of a point one pixel higher.</param>
/// <param name="ShiftX">Shift to the right, in pixels.</param>
/// <param name="ShiftY">Shift upwards, in pixels.</param>
/// <param name="Thickness">Share of a one-pixel dilation (above 0) or erosion (below 0) blended in, from -1 to 1.</param>
/// <param name="Contrast">Factor on every pixel, the result limited to [0, 1].</param>
/// <param name="Stripe">How many columns in the middle are inverted, x to 1 − x (Mu &amp; Gilmer 2019, MNIST-C).</param>
public sealed record ImageTransform(
    double RotationDegrees = 0,
    double ScaleX = 1,
    double ScaleY = 1,
    double Shear = 0,
    double ShiftX = 0,
    double ShiftY = 0,
    double Thickness = 0,
    double Contrast = 1,
    int Stripe = 0)
{
    /// <summary>Transforms every image; labels stay.</summary>
    /// <param name="images">Examples of shape [1, rows, columns], pixels in [0, 1].</param>
    /// <returns>New examples of the same shape.</returns>
    /// <exception cref="ArgumentException">The examples are not one-channel images, or the transform cannot be undone (a scale of zero).</exception>
    public InMemoryExamples Apply(InMemoryExamples images)
    {
        if (images.Shape is not [1, var rows, var columns])
        {
            throw new ArgumentException($"Expected images of shape [1, rows, columns], got [{string.Join(", ", images.Shape)}].", nameof(images));
        }

        var warp = new Warp(this, rows, columns);
        var features = new float[images.Features.Length];
        var length = images.ExampleLength;
        const int ChunkSize = 256;
        Parallel.For(0, (images.Count + ChunkSize - 1) / ChunkSize, chunk =>
        {
            var scratch = new float[length];
            for (var i = chunk * ChunkSize; i < Math.Min(images.Count, (chunk + 1) * ChunkSize); i++)
            {
                var target = features.AsSpan(i * length, length);
                warp.Apply(images.Example(i), target);
                if (Thickness != 0)
                {
                    Thicken(target, scratch, rows, columns);
                }

                AdjustContrast(target);
                InvertStripe(target, columns);
            }
        });
        return new([1, rows, columns], features, [.. images.Labels]);
    }

    private void AdjustContrast(Span<float> image)
    {
        if (Contrast == 1)
        {
            return;
        }

        foreach (ref var pixel in image)
        {
            pixel = Math.Clamp(pixel * (float)Contrast, 0f, 1f);
        }
    }

    private void InvertStripe(Span<float> image, int columns)
    {
        var width = Math.Min(Stripe, columns);
        for (var start = (columns - width) / 2; start < image.Length; start += columns)
        {
            foreach (ref var pixel in image.Slice(start, width))
            {
                pixel = 1 - pixel;
            }
        }
    }

    // Grey dilation (maximum) or erosion (minimum) over a plus of five pixels, blended with the image.
    private void Thicken(Span<float> image, float[] original, int rows, int columns)
    {
        image.CopyTo(original);
        var share = (float)Math.Min(1, Math.Abs(Thickness));
        for (var y = 0; y < rows; y++)
        {
            for (var x = 0; x < columns; x++)
            {
                var at = (y * columns) + x;
                var extreme = original[at];
                extreme = Extreme(extreme, y > 0 ? original[at - columns] : 0);
                extreme = Extreme(extreme, y < rows - 1 ? original[at + columns] : 0);
                extreme = Extreme(extreme, x > 0 ? original[at - 1] : 0);
                extreme = Extreme(extreme, x < columns - 1 ? original[at + 1] : 0);
                image[at] = original[at] + (share * (extreme - original[at]));
            }
        }
    }

    private float Extreme(float one, float other) => Thickness > 0 ? Math.Max(one, other) : Math.Min(one, other);

    // Where each output pixel comes from, worked out once for all images.
    private sealed class Warp
    {
        private readonly int columns;
        private readonly int[] sources;
        private readonly (float TopLeft, float TopRight, float BottomLeft, float BottomRight)[] weights;
        private readonly bool identity;

        public Warp(ImageTransform transform, int rows, int columns)
        {
            this.columns = columns;
            var radians = transform.RotationDegrees * Math.PI / 180;
            var (sine, cosine) = Math.SinCos(radians);

            // Rotation · Shear · Scale, y up.
            var a = cosine * transform.ScaleX;
            var b = ((cosine * transform.Shear) - sine) * transform.ScaleY;
            var c = sine * transform.ScaleX;
            var d = ((sine * transform.Shear) + cosine) * transform.ScaleY;
            var determinant = (a * d) - (b * c);
            if (!double.IsNormal(determinant) || !double.IsFinite(transform.ShiftX + transform.ShiftY))
            {
                throw new ArgumentException($"Expected finite values and scales other than zero, got {transform}.", nameof(transform));
            }

            identity = (a, b, c, d, transform.ShiftX, transform.ShiftY) == (1, 0, 0, 1, 0, 0);
            sources = new int[rows * columns];
            weights = new (float, float, float, float)[rows * columns];
            var centreX = (columns - 1) / 2.0;
            var centreY = (rows - 1) / 2.0;
            for (var y = 0; y < rows; y++)
            {
                for (var x = 0; x < columns; x++)
                {
                    var right = x - centreX - transform.ShiftX;
                    var up = centreY - y - transform.ShiftY;
                    var fromX = centreX + (((d * right) - (b * up)) / determinant);
                    var fromY = centreY - (((a * up) - (c * right)) / determinant);
                    Place((y * columns) + x, fromX, fromY, rows);
                }
            }
        }

        public void Apply(ReadOnlySpan<float> source, Span<float> target)
        {
            if (identity)
            {
                source.CopyTo(target);
                return;
            }

            for (var i = 0; i < target.Length; i++)
            {
                var at = sources[i];
                if (at < 0)
                {
                    target[i] = 0;
                    continue;
                }

                var weight = weights[i];
                var right = weight.TopRight != 0 || weight.BottomRight != 0 ? 1 : 0;
                var below = weight.BottomLeft != 0 || weight.BottomRight != 0 ? columns : 0;
                target[i] = (weight.TopLeft * source[at]) + (weight.TopRight * source[at + right])
                    + (weight.BottomLeft * source[at + below]) + (weight.BottomRight * source[at + right + below]);
            }
        }

        // Keeps the top left of the four neighbours inside the image; a neighbour outside has weight 0.
        private void Place(int pixel, double fromX, double fromY, int rows)
        {
            if (!(fromX > -1 && fromX < columns && fromY > -1 && fromY < rows))
            {
                sources[pixel] = -1;
                return;
            }

            var left = (int)Math.Floor(fromX);
            var top = (int)Math.Floor(fromY);
            var (x, y) = ((float)(fromX - left), (float)(fromY - top));
            var (wide0, wide1) = (left >= 0 ? 1 - x : 0, left + 1 < columns ? x : 0);
            var (high0, high1) = (top >= 0 ? 1 - y : 0, top + 1 < rows ? y : 0);
            if (left < 0)
            {
                (left, wide0, wide1) = (0, wide1, 0);
            }

            if (top < 0)
            {
                (top, high0, high1) = (0, high1, 0);
            }

            sources[pixel] = (top * columns) + left;
            weights[pixel] = (high0 * wide0, high0 * wide1, high1 * wide0, high1 * wide1);
        }
    }
}
