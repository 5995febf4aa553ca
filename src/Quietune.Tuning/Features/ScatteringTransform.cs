using static TorchSharp.torch;

namespace Quietune.Tuning.Features;

/// <summary>Scattering coefficients of images up to the second order: local averages of wavelet moduli. Nothing is learned, so nothing private is in it.</summary>
/// <remarks>
/// S = (x∗φ, |x∗ψ₁|∗φ, ||x∗ψ₁|∗ψ₂|∗φ) with ψ₂ of a coarser scale than ψ₁: 1 + J·L + L²·J(J − 1)/2 channels, each sampled at every 2^J-th pixel.
/// Source: Bruna &amp; Mallat 2013, section 2; as features for private learning: Tramèr &amp; Boneh 2021, section 2.2. Owns its filters.
/// </remarks>
public sealed class ScatteringTransform : IDisposable
{
    // Their moduli stay in the processor's cache.
    private const int RowsAtOnce = 16;
    private readonly int height;
    private readonly int width;
    private readonly int scales;
    private readonly int padding;
    private readonly List<Tensor> wavelets = [];
    private readonly List<(Tensor Rows, Tensor Columns)> averages = [];

    /// <summary>Builds the filters.</summary>
    /// <param name="height">Rows of an image, a multiple of 2^<paramref name="scales"/>.</param>
    /// <param name="width">Columns of an image, a multiple of 2^<paramref name="scales"/>.</param>
    /// <param name="scales">J ≥ 1.</param>
    /// <param name="angles">L ≥ 1.</param>
    /// <exception cref="ArgumentException">The image is no multiple of 2^J, or no larger than it.</exception>
    public ScatteringTransform(int height, int width, int scales = 2, int angles = 8)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(scales, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(angles, 1);
        padding = 1 << scales;
        if (height % padding != 0 || width % padding != 0 || Math.Min(height, width) <= padding)
        {
            throw new ArgumentException($"Expected an image whose sides are multiples of {padding} and larger than it, got {height} × {width}.", nameof(height));
        }

        (this.height, this.width, this.scales) = (height, width, scales);
        Angles = angles;
        var deviation = MorletFilters.Deviation * (1 << (scales - 1));
        for (var scale = 0; scale < scales; scale++)
        {
            wavelets.Add(MorletFilters.Of(scale, angles, height + (2 * padding), width + (2 * padding)).DetachFromDisposeScope());
            averages.Add((
                MorletFilters.Average(height, padding, 1 << scale, padding, deviation).DetachFromDisposeScope(),
                MorletFilters.Average(width, padding, 1 << scale, padding, deviation).DetachFromDisposeScope()));
        }
    }

    /// <summary>L.</summary>
    public int Angles { get; }

    /// <summary>The shape of one image's coefficients: [channels, height/2^J, width/2^J].</summary>
    public IReadOnlyList<int> OutputShape => [1 + (scales * Angles) + (Angles * Angles * scales * (scales - 1) / 2), height / padding, width / padding];

    /// <summary>The coefficients of images, [R, channels, height/2^J, width/2^J], float32; in the current dispose scope.</summary>
    /// <param name="images">[R, 1, height, width] or [R, height, width], float32.</param>
    /// <exception cref="ArgumentException">The images have another size.</exception>
    public Tensor Of(Tensor images)
    {
        if (images.shape[^2] != height || images.shape[^1] != width || images.numel() != images.shape[0] * height * width)
        {
            throw new ArgumentException($"Expected one-channel images of {height} × {width}, got shape [{string.Join(", ", images.shape)}].", nameof(images));
        }

        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        return cat([.. images.reshape(-1, height, width).split(RowsAtOnce).Select(OfFew)]).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        wavelets.ForEach(filters => filters.Dispose());
        averages.ForEach(sides =>
        {
            sides.Rows.Dispose();
            sides.Columns.Dispose();
        });
    }

    private Tensor OfFew(Tensor images)
    {
        using var scope = NewDisposeScope();
        var padded = nn.functional.pad(images.unsqueeze(1), [padding, padding, padding, padding], TorchSharp.PaddingModes.Reflect).squeeze(1);
        var spectrum = fft.fft2(padded);
        List<Tensor> channels = [Averaged(padded, 0).unsqueeze(1)];
        var second = new List<Tensor>();
        for (var scale = 0; scale < scales; scale++)
        {
            var modulus = Modulus(spectrum.unsqueeze(1), scale, 0, scale);
            channels.Add(Averaged(modulus, scale));
            if (scale + 1 == scales)
            {
                continue;
            }

            var again = fft.fft2(modulus).unsqueeze(2);
            for (var coarser = scale + 1; coarser < scales; coarser++)
            {
                second.Add(Averaged(Modulus(again, coarser, scale, coarser), coarser).flatten(1, 2));
            }
        }

        return cat([.. channels, .. second], 1).MoveToOuterDisposeScope();
    }

    /// <summary>|x∗ψ| for all angles, sampled at every 2^<paramref name="to"/>-th pixel of an x that is sampled at every 2^<paramref name="from"/>-th.</summary>
    private Tensor Modulus(Tensor spectrum, int scale, int from, int to)
    {
        // A line of fewer samples sees a spectrum folded; where x is sampled so already, the wavelet is sampled as x is. ψ̂ is real, so products are of real numbers.
        using var scope = NewDisposeScope();
        var factor = 1 << (to - from);
        var wavelet = Parts(wavelets[scale], 1 << from).Aggregate((sum, part) => sum + part) / (factor * factor);
        var products = Parts(spectrum, factor).Zip(Parts(wavelet, factor), (x, filter) => (x.view_as_real(), filter.unsqueeze(-1)));
        Tensor? folded = null;
        foreach (var (x, filter) in products)
        {
            folded = folded is null ? x * filter : folded.addcmul_(x, filter, 1);
        }

        return fft.ifft2(folded!.view_as_complex()).abs().MoveToOuterDisposeScope();
    }

    /// <summary>The parts of a spectrum [..., h, w] that a line of fewer samples cannot tell apart.</summary>
    private static IEnumerable<Tensor> Parts(Tensor spectrum, int factor)
    {
        var (rows, columns) = (spectrum.shape[^2] / factor, spectrum.shape[^1] / factor);
        for (var part = 0; part < factor * factor; part++)
        {
            yield return spectrum.narrow(-2, part / factor * rows, rows).narrow(-1, part % factor * columns, columns);
        }
    }

    private Tensor Averaged(Tensor modulus, int scale) => averages[scale].Rows.matmul(modulus).matmul(averages[scale].Columns.t());
}
