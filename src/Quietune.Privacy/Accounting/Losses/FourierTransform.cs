using System.Numerics;
using System.Runtime.InteropServices;

namespace Quietune.Privacy.Accounting.Losses;

/// <summary>A complex Fourier transform in place, whose spectrum stays in bit-reversed order, where a product does not mind it.</summary>
/// <remarks>
/// Forward halves by decimation in frequency, inverse by decimation in time, so no element is ever moved to another place; depth first, so that
/// small blocks stay in the cache. Source: Gentleman and Sande 1966; Cooley and Tukey 1965.
/// </remarks>
internal sealed class FourierTransform
{
    private readonly int size;

    // The factors e^{−iπj/m}, j < m, of the level with blocks of length 2m, at index m + j.
    private readonly double[] cosines;
    private readonly double[] sines;

    /// <param name="size">The number of elements, a power of two.</param>
    public FourierTransform(int size)
    {
        this.size = size;
        (cosines, sines) = (new double[size], new double[size]);
        for (var half = size / 2; half >= 1; half /= 2)
        {
            for (var j = 0; j < half; j++)
            {
                // Coarser levels use every other factor of the finer one.
                (sines[half + j], cosines[half + j]) = half == size / 2
                    ? Math.SinCos(-Math.PI * j / half)
                    : (sines[2 * half + 2 * j], cosines[2 * half + 2 * j]);
            }
        }
    }

    /// <summary>The place in the spectrum of the frequency opposite to that at <paramref name="place"/>.</summary>
    public static int Opposite(int place) => place == 0 ? 0 : place ^ ((1 << BitOperations.Log2((uint)place)) - 1);

    /// <summary>Transforms, leaving the spectrum in bit-reversed order.</summary>
    public void Forward(Span<double> real, Span<double> imaginary)
    {
        Split(real[..size], imaginary[..size]);
    }

    /// <summary>Transforms a spectrum in bit-reversed order back, times the number of elements.</summary>
    public void Inverse(Span<double> real, Span<double> imaginary)
    {
        Join(real[..size], imaginary[..size]);
    }

    private void Split(Span<double> real, Span<double> imaginary)
    {
        var half = real.Length / 2;
        if (half == 0)
        {
            return;
        }

        Halves parts = new(this, real, imaginary);
        if (half >= Vector<double>.Count)
        {
            parts.SplitVectors();
        }
        else
        {
            parts.SplitNumbers();
        }

        Split(real[..half], imaginary[..half]);
        Split(real[half..], imaginary[half..]);
    }

    private void Join(Span<double> real, Span<double> imaginary)
    {
        var half = real.Length / 2;
        if (half == 0)
        {
            return;
        }

        Join(real[..half], imaginary[..half]);
        Join(real[half..], imaginary[half..]);
        Halves parts = new(this, real, imaginary);
        if (half >= Vector<double>.Count)
        {
            parts.JoinVectors();
        }
        else
        {
            parts.JoinNumbers();
        }
    }

    /// <summary>One level: the lower and upper half of a block, and the factors between them.</summary>
    private readonly ref struct Halves(FourierTransform owner, Span<double> real, Span<double> imaginary)
    {
        private readonly Span<double> lowReal = real[..(real.Length / 2)];
        private readonly Span<double> lowImaginary = imaginary[..(real.Length / 2)];
        private readonly Span<double> highReal = real[(real.Length / 2)..];
        private readonly Span<double> highImaginary = imaginary[(real.Length / 2)..];
        private readonly Span<double> cosines = owner.cosines.AsSpan(real.Length / 2, real.Length / 2);
        private readonly Span<double> sines = owner.sines.AsSpan(real.Length / 2, real.Length / 2);

        public void SplitVectors()
        {
            var low = Vectors(lowReal);
            var lowTurned = Vectors(lowImaginary);
            var high = Vectors(highReal);
            var highTurned = Vectors(highImaginary);
            var cosine = Vectors(cosines);
            var sine = Vectors(sines);
            for (var i = 0; i < low.Length; i++)
            {
                var x = low[i] - high[i];
                var y = lowTurned[i] - highTurned[i];
                low[i] += high[i];
                lowTurned[i] += highTurned[i];
                high[i] = x * cosine[i] - y * sine[i];
                highTurned[i] = x * sine[i] + y * cosine[i];
            }
        }

        public void SplitNumbers()
        {
            for (var i = 0; i < lowReal.Length; i++)
            {
                var x = lowReal[i] - highReal[i];
                var y = lowImaginary[i] - highImaginary[i];
                lowReal[i] += highReal[i];
                lowImaginary[i] += highImaginary[i];
                highReal[i] = x * cosines[i] - y * sines[i];
                highImaginary[i] = x * sines[i] + y * cosines[i];
            }
        }

        public void JoinVectors()
        {
            var low = Vectors(lowReal);
            var lowTurned = Vectors(lowImaginary);
            var high = Vectors(highReal);
            var highTurned = Vectors(highImaginary);
            var cosine = Vectors(cosines);
            var sine = Vectors(sines);
            for (var i = 0; i < low.Length; i++)
            {
                var x = high[i] * cosine[i] + highTurned[i] * sine[i];
                var y = highTurned[i] * cosine[i] - high[i] * sine[i];
                high[i] = low[i] - x;
                highTurned[i] = lowTurned[i] - y;
                low[i] += x;
                lowTurned[i] += y;
            }
        }

        public void JoinNumbers()
        {
            for (var i = 0; i < lowReal.Length; i++)
            {
                var x = highReal[i] * cosines[i] + highImaginary[i] * sines[i];
                var y = highImaginary[i] * cosines[i] - highReal[i] * sines[i];
                highReal[i] = lowReal[i] - x;
                highImaginary[i] = lowImaginary[i] - y;
                lowReal[i] += x;
                lowImaginary[i] += y;
            }
        }

        private static Span<Vector<double>> Vectors(Span<double> values) => MemoryMarshal.Cast<double, Vector<double>>(values);
    }
}
