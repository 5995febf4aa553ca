using System.Numerics;

namespace Quietune.Privacy.Accounting.Losses;

/// <summary>Adds independent privacy losses by multiplying their Fourier transforms, two sums in one complex transform.</summary>
internal static class FourierComposition
{
    /// <summary>The largest transform; a wider window needs a coarser grid.</summary>
    private const int LargestSize = 1 << 22;

    /// <summary>A bound on the error of any sum of the weights of a composition of <paramref name="count"/> rounds.</summary>
    /// <remarks>Each transform is good to a few 1e-16 in every frequency, and the power multiplies that by the count.</remarks>
    public static double ErrorOf(long count) => 2e-15 * (100 + count);

    /// <summary>The upper and the lower sum, or null when the grid is too fine for their width.</summary>
    /// <param name="upper">The parts' upper ends, weighted.</param>
    /// <param name="lower">Their lower ends, weighted alike.</param>
    /// <param name="parts">The same on one grid, with their counts.</param>
    public static (ComposedLoss Upper, ComposedLoss Lower)? Compose(TiltedLosses upper, TiltedLosses lower, IReadOnlyList<(GridLoss Upper, GridLoss Lower, long Count)> parts)
    {
        var step = parts[0].Upper.Step;
        if (parts is [{ Count: 1 }])
        {
            return (new(step, parts[0].Upper.First, upper.Weights[0], upper, 0), new(step, parts[0].Lower.First, lower.Weights[0], lower, 0));
        }

        // A share may lie outside the window on each side, and wraps.
        var error = ErrorOf(parts.Sum(part => part.Count));
        var (low, high) = upper.Window(-Math.Log(error / 4));
        var begin = (long)Math.Floor(low / step);
        var cells = high / step - begin + 2;
        if (cells > LargestSize)
        {
            return null;
        }

        var size = (int)BitOperations.RoundUpToPowerOf2((uint)cells);
        var sums = Sums(upper, lower, parts, size);
        var (upperWeights, lowerWeights) = (new double[size], new double[size]);
        for (var i = 0; i < size; i++)
        {
            var place = Wrap(begin + i, size);
            (upperWeights[i], lowerWeights[i]) = (sums.Upper[place] / size, sums.Lower[place] / size);
        }

        return (new(step, begin, upperWeights, upper, error), new(step, begin, lowerWeights, lower, error));
    }

    /// <summary>The weights of both sums, times <paramref name="size"/>, by index modulo <paramref name="size"/>.</summary>
    private static (double[] Upper, double[] Lower) Sums(TiltedLosses upper, TiltedLosses lower, IReadOnlyList<(GridLoss Upper, GridLoss Lower, long Count)> parts, int size)
    {
        var transform = new FourierTransform(size);
        var (real, imaginary) = (new double[size], new double[size]);
        var products = parts.Count > 1 ? new (Complex Upper, Complex Lower)[size] : [];
        Array.Fill(products, (Complex.One, Complex.One));
        for (var part = 0; part < parts.Count; part++)
        {
            Array.Clear(real);
            Array.Clear(imaginary);
            Place(upper.Weights[part], parts[part].Upper.First, real);
            Place(lower.Weights[part], parts[part].Lower.First, imaginary);
            transform.Forward(real, imaginary);
            var isLast = part == parts.Count - 1;
            for (var here = 0; here < size; here++)
            {
                var opposite = FourierTransform.Opposite(here);
                if (opposite < here)
                {
                    continue;
                }

                // Real inputs have Hermitian transforms, by which the two are told apart.
                var first = Power(new Complex(real[here] + real[opposite], imaginary[here] - imaginary[opposite]) / 2, parts[part].Count);
                var second = Power(new Complex(imaginary[here] + imaginary[opposite], real[opposite] - real[here]) / 2, parts[part].Count);
                if (parts.Count > 1)
                {
                    products[here] = (first, second) = (products[here].Upper * first, products[here].Lower * second);
                }

                if (isLast)
                {
                    (real[here], imaginary[here]) = (first.Real - second.Imaginary, first.Imaginary + second.Real);
                    (real[opposite], imaginary[opposite]) = (first.Real + second.Imaginary, second.Real - first.Imaginary);
                }
            }
        }

        transform.Inverse(real, imaginary);
        return (real, imaginary);
    }

    private static void Place(double[] weights, int first, double[] target)
    {
        for (var i = 0; i < weights.Length; i++)
        {
            target[Wrap(first + i, target.Length)] += weights[i];
        }
    }

    private static Complex Power(Complex value, long exponent)
    {
        if (exponent == 1)
        {
            return value;
        }

        var logModulus = exponent * 0.5 * Math.Log(value.Real * value.Real + value.Imaginary * value.Imaginary);
        return logModulus < -100 ? Complex.Zero : Complex.FromPolarCoordinates(Math.Exp(logModulus), exponent * Math.Atan2(value.Imaginary, value.Real));
    }

    /// <summary>The index modulo a power of two.</summary>
    private static int Wrap(long index, int size) => (int)(index & (size - 1));
}
