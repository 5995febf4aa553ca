using static TorchSharp.torch;

namespace Quietune.Tuning.Features;

/// <summary>Morlet wavelets of every scale and angle on a periodic grid, by their Fourier transforms.</summary>
/// <remarks>
/// ψ̂(ω) = ĝ(ω − ξ) − κ·ĝ(ω), where ĝ is a Gaussian of deviation 1/σ along the wave and s/σ across it, and κ makes the mean zero: real, and
/// nearly nothing on the half plane behind the wave. A coarser scale halves ξ and doubles σ. Aliases of the grid are summed.
/// Source: Bruna &amp; Mallat 2013, section 2.1; Oyallon &amp; Mallat 2015, section 2.2 (docs/derivations/scattering.md, "Filters").
/// </remarks>
internal static class MorletFilters
{
    /// <summary>ξ of the finest scale: 3π/4 (Bruna &amp; Mallat 2013, section 2.1).</summary>
    public const double Frequency = 3 * Math.PI / 4;

    /// <summary>σ of the finest scale, in pixels (Andreux et al. 2020, section 2).</summary>
    public const double Deviation = 0.8;

    private const int Aliases = 2;

    /// <summary>s, the deviation along the wave over that across it: 4/L, so that neighbouring angles meet.</summary>
    public static double SlantOf(int angles) => 4.0 / angles;

    /// <summary>The wavelets of one scale, [angles, height, width], float32; in the current dispose scope.</summary>
    /// <param name="scale">j, from 0.</param>
    /// <param name="angles">L: angles π·l/L, l from 0 to L − 1.</param>
    /// <param name="height">Rows of the grid.</param>
    /// <param name="width">Columns of the grid.</param>
    public static Tensor Of(int scale, int angles, int height, int width)
    {
        using var scope = NewDisposeScope();
        var deviation = Deviation * Math.Pow(2, scale);
        var frequency = Frequency / Math.Pow(2, scale);
        var slant = SlantOf(angles);
        var filters = Enumerable.Range(0, angles).Select(angle =>
        {
            var (cosine, sine) = (Math.Cos(Math.PI * angle / angles), Math.Sin(Math.PI * angle / angles));
            var wave = Gaussian(frequency);
            var still = Gaussian(0);
            return wave - (still * (wave[0, 0] / still[0, 0]));

            Tensor Gaussian(double centre)
            {
                var sum = zeros([height, width], dtype: ScalarType.Float64);
                for (var row = -Aliases; row <= Aliases; row++)
                {
                    for (var column = -Aliases; column <= Aliases; column++)
                    {
                        var y = Frequencies(height, row).unsqueeze(1);
                        var x = Frequencies(width, column).unsqueeze(0);
                        var along = (x * cosine) + (y * sine) - centre;
                        var across = ((y * cosine) - (x * sine)) / slant;
                        sum.add_(((along.square() + across.square()) * (-0.5 * deviation * deviation)).exp());
                    }
                }

                return sum;
            }
        });
        return stack(filters).to_type(ScalarType.Float32).MoveToOuterDisposeScope();
    }

    /// <summary>The Gaussian average around every <paramref name="step"/>-th of <paramref name="size"/> inner pixels of a padded periodic line, [outputs, samples].</summary>
    /// <remarks>φ is isotropic, so a plane is averaged by one such matrix from each side. Rows sum to one.</remarks>
    /// <param name="size">Inner pixels, a multiple of the step.</param>
    /// <param name="padding">Pixels added at each end.</param>
    /// <param name="spacing">Pixels from one sample of the line to the next.</param>
    /// <param name="step">Pixels from one output to the next: 2^J.</param>
    /// <param name="deviation">Deviation of the average, in pixels.</param>
    public static Tensor Average(int size, int padding, int spacing, int step, double deviation)
    {
        using var scope = NewDisposeScope();
        var padded = size + (2 * padding);
        var outputs = arange(size / step, dtype: ScalarType.Float64) * step + padding;
        var samples = arange(padded / spacing, dtype: ScalarType.Float64) * spacing;
        var weights = zeros([size / step, padded / spacing], dtype: ScalarType.Float64);
        for (var alias = -Aliases; alias <= Aliases; alias++)
        {
            var distance = samples.unsqueeze(0) - outputs.unsqueeze(1) + (alias * padded);
            weights.add_((distance.square() * (-0.5 / (deviation * deviation))).exp());
        }

        return (weights / weights.sum(1, keepdim: true)).to_type(ScalarType.Float32).MoveToOuterDisposeScope();
    }

    // Angular frequencies of a grid's Fourier transform, moved by whole turns.
    private static Tensor Frequencies(int size, int turns) =>
        (fft.fftfreq(size, dtype: ScalarType.Float64) + turns) * (2 * Math.PI);
}
