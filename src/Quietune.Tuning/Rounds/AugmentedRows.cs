using Quietune.Data;
using Quietune.Data.Images;

namespace Quietune.Tuning.Rounds;

/// <summary>Every row beside label-preserving changes of it, in the same privacy unit.</summary>
/// <remarks>
/// The unit's gradient is then averaged over its copies before it is clipped, so that copies cost no privacy. The changes are public, drawn anew for
/// each round. Source: De, Berrada, Hayes, Smith &amp; Balle 2022, section 3.2 (augmentation multiplicity).
/// </remarks>
/// <param name="rows">Images of shape [1, rows, columns].</param>
/// <param name="copies">K ≥ 1, the image itself and K − 1 changes of it.</param>
/// <param name="seed">A public seed.</param>
internal sealed class AugmentedRows(IExampleSource rows, int copies, ulong seed) : IExampleSource
{
    /// <inheritdoc/>
    public IReadOnlyList<int[]> InputShapes => rows.InputShapes;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The rows are not one-channel images.</exception>
    public IEnumerable<ExampleBatch> Read(int batchSize, CancellationToken cancellationToken = default)
    {
        if (rows.InputShapes is not [[1, _, _] shape])
        {
            throw new ArgumentException("Expected rows of one image [1, rows, columns] to augment.", nameof(batchSize));
        }

        return Batches(shape, batchSize, cancellationToken);
    }

    private IEnumerable<ExampleBatch> Batches(int[] shape, int batchSize, CancellationToken cancellationToken)
    {
        var transforms = Transforms();
        long firstUnit = 0;
        foreach (var batch in rows.Read(Math.Max(1, batchSize / copies), cancellationToken))
        {
            var images = new InMemoryExamples(shape, batch.Inputs[0], batch.Labels);
            var versions = transforms.Select(transform => transform.Apply(images)).Prepend(images).ToList();
            var features = new float[images.Features.Length * copies];
            for (var row = 0; row < batch.Count; row++)
            {
                for (var copy = 0; copy < copies; copy++)
                {
                    versions[copy].Example(row).CopyTo(features.AsSpan(((row * copies) + copy) * images.ExampleLength));
                }
            }

            var start = firstUnit;
            yield return new(
                batch.Count * copies,
                [features],
                [.. batch.Labels.SelectMany(label => Enumerable.Repeat(label, copies))],
                [.. Enumerable.Range(0, batch.Count).SelectMany(row => Enumerable.Repeat(batch.Units?[row] ?? (start + row), copies))]);
            firstUnit += batch.Count;
        }
    }

    // Small enough to keep a digit's class: up to two pixels, eight degrees and a tenth of its size.
    private List<ImageTransform> Transforms()
    {
        var generator = new SeededGenerator(seed);
        return [.. Enumerable.Range(1, copies - 1).Select(_ => new ImageTransform(
            RotationDegrees: Between(8), ScaleX: 1 + Between(0.1), ScaleY: 1 + Between(0.1), ShiftX: Between(2), ShiftY: Between(2)))];

        double Between(double largest) => largest * ((2 * generator.NextDouble()) - 1);
    }
}
