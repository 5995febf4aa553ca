using Quietune.Data;

namespace Quietune.Cli.Jobs;

/// <summary>Private rows that are refused, without a word about their values, where the model or the loss has no meaning for them.</summary>
/// <remarks>libtorch's own message about a label out of range would quote the label.</remarks>
internal sealed class FittingRows : IExampleSource
{
    private readonly IExampleSource rows;
    private readonly LabelRange labels;
    private readonly string name;

    /// <summary>Guards rows.</summary>
    /// <param name="rows">The private rows.</param>
    /// <param name="shapes">The shapes that the public rows have.</param>
    /// <param name="labels">The labels that mean something.</param>
    /// <param name="name">What messages call the rows.</param>
    /// <exception cref="InvalidDataException">The rows have another shape.</exception>
    public FittingRows(IExampleSource rows, IReadOnlyList<int[]> shapes, LabelRange labels, string name)
    {
        (this.rows, this.labels, this.name) = (rows, labels, name);
        if (rows.InputShapes.Count != shapes.Count || !rows.InputShapes.Zip(shapes).All(pair => pair.First.SequenceEqual(pair.Second)))
        {
            throw new InvalidDataException($"{name}: expected rows of shape {Told(shapes)}, as the public ones have, got {Told(rows.InputShapes)}.");
        }
    }

    private static string Told(IReadOnlyList<int[]> shapes) => $"[{string.Join("] and [", shapes.Select(shape => string.Join(", ", shape)))}]";

    /// <inheritdoc/>
    public IReadOnlyList<int[]> InputShapes => rows.InputShapes;

    /// <inheritdoc/>
    public IEnumerable<ExampleBatch> Read(int batchSize, CancellationToken cancellationToken = default)
    {
        foreach (var batch in rows.Read(batchSize, cancellationToken))
        {
            if (!Array.TrueForAll(batch.Labels, labels.Holds))
            {
                throw new InvalidDataException($"{name}: expected {labels.Expected}, got another; its row and value are withheld.");
            }

            yield return batch;
        }
    }
}
