namespace Quietune.Data.Generated;

/// <summary>Handwritten-looking digits drawn from strokes: 28 × 28 grey images that need no download.</summary>
/// <remarks>
/// Each image takes a variant of its digit, moves the control points, bends the whole by a random affine map, draws with a pen of random
/// width and softness and, like MNIST, puts the centre of mass near the middle. Image i of a seed is the same whatever the count, and on
/// every platform up to the rounding of the platform's sine and square root.
/// </remarks>
public static class GeneratedDigits
{
    /// <summary>Height and width of an image, in pixels.</summary>
    public const int Side = 28;

    /// <summary>Draws digits with labels uniform on 0 to 9.</summary>
    /// <param name="count">Number of images.</param>
    /// <param name="seed">Public seed; other seeds give other, independent images.</param>
    /// <returns>Examples of shape [1, 28, 28], pixels in [0, 1], ink bright on black.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The count is negative.</exception>
    public static InMemoryExamples Create(int count, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        var features = new float[checked((long)count * Side * Side)];
        var labels = new float[count];
        Parallel.For(0, count, () => new DigitPen(), (i, _, pen) =>
        {
            var random = new SeededGenerator(seed, (ulong)i);
            var digit = random.Next(10);
            labels[i] = digit;
            pen.Draw(digit, random, features.AsSpan(i * Side * Side, Side * Side));
            return pen;
        }, _ => { });
        return new([1, Side, Side], features, labels);
    }
}
