using Quietune.Data;
using static TorchSharp.torch;

namespace Quietune.Tuning.Features;

/// <summary>A public map from images to a few hundred numbers: scattering, normalisation within each image, and the principal axes of public images.</summary>
/// <remarks>
/// Each row is mapped by itself, so what a mechanism promises about mapped rows it promises about the images (docs/derivations/scattering.md). Centred on
/// the public mean and divided by the public deviation along the first axis, so that no direction is stiffer than a bias. Owns its tensors.
/// </remarks>
public sealed class ScatteringFeatures : IDisposable
{
    /// <summary>How many axes are kept, unless told.</summary>
    public const int DefaultDimension = 500;

    /// <summary>The most axes that are found: beyond, a direction holds less than a millionth of the variance of drawn digits.</summary>
    public const int LargestDimension = 1500;

    /// <summary>Groups of three of the 81 channels are normalised together (Tramèr &amp; Boneh 2021, appendix C).</summary>
    public const int Groups = 27;

    private const int BatchSize = 500;
    private const double SmallestVariance = 1e-5;
    private readonly ScatteringTransform transform;
    private readonly PrincipalAxes axes;
    private readonly Tensor scaled;

    private ScatteringFeatures(ScatteringTransform transform, PrincipalAxes axes)
    {
        this.transform = transform;
        this.axes = axes;
        using var scope = NewDisposeScope();
        scaled = (axes.Axes / axes.Variances[0].sqrt().clamp_min(float.Epsilon)).DetachFromDisposeScope();
    }

    /// <summary>How many numbers an image becomes.</summary>
    public int Dimension => (int)axes.Variances.shape[0];

    /// <summary>Finds the map.</summary>
    /// <param name="publicImages">Public images of shape [1, rows, columns]; their labels are not read.</param>
    /// <param name="dimension">How many numbers an image becomes.</param>
    /// <param name="progress">Told the share done, from 0 to 1.</param>
    /// <param name="cancellationToken">Stops between batches.</param>
    /// <exception cref="ArgumentException">The rows are not one-channel images, or too few.</exception>
    public static ScatteringFeatures Of(InMemoryExamples publicImages, int dimension = DefaultDimension, IProgress<double>? progress = null, CancellationToken cancellationToken = default)
    {
        if (publicImages.Shape is not [1, var rows, var columns])
        {
            throw new ArgumentException($"Expected images of shape [1, rows, columns], got [{string.Join(", ", publicImages.Shape)}].", nameof(publicImages));
        }

        var scattering = new ScatteringTransform(rows, columns);
        try
        {
            return new(scattering, PrincipalAxes.Of(Normalised(scattering, publicImages, progress, cancellationToken), dimension));
        }
        catch
        {
            scattering.Dispose();
            throw;
        }
    }

    /// <summary>The features of images, in their order, with their labels.</summary>
    /// <param name="images">Images of the shape of the public ones.</param>
    /// <param name="progress">Told the share done, from 0 to 1.</param>
    /// <param name="cancellationToken">Stops between batches.</param>
    public InMemoryExamples Map(InMemoryExamples images, IProgress<double>? progress = null, CancellationToken cancellationToken = default)
    {
        var features = new float[checked((long)images.Count * Dimension)];
        var place = 0;
        foreach (var batch in Normalised(transform, images, progress, cancellationToken))
        {
            using var scope = NewDisposeScope();
            using var closing = batch;
            var mapped = (batch - axes.Mean).mm(scaled);
            mapped.data<float>().CopyTo(features, place);
            place += (int)mapped.numel();
        }

        return new([Dimension], features, [.. images.Labels]);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        transform.Dispose();
        axes.Dispose();
        scaled.Dispose();
    }

    // The caller disposes each.
    private static IEnumerable<Tensor> Normalised(ScatteringTransform scattering, InMemoryExamples images, IProgress<double>? progress, CancellationToken cancellationToken)
    {
        var done = 0;
        foreach (var batch in images.Read(BatchSize, cancellationToken))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return Normalised(scattering, tensor(batch.Inputs[0], [batch.Count, images.Shape[1], images.Shape[2]]));
            done += batch.Count;
            progress?.Report((double)done / images.Count);
        }
    }

    private static Tensor Normalised(ScatteringTransform scattering, Tensor images)
    {
        using var scope = NewDisposeScope();
        using var closing = images;
        using var quiet = no_grad();
        return nn.functional.group_norm(scattering.Of(images), Groups, null, null, SmallestVariance).flatten(1).DetachFromDisposeScope();
    }
}
