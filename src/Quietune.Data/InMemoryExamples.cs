namespace Quietune.Data;

/// <summary>Examples of one input, held in memory; every row is its own privacy unit.</summary>
public sealed class InMemoryExamples : IExampleSource
{
    private readonly int[] shape;

    /// <summary>Wraps the arrays, without a copy.</summary>
    /// <param name="shape">Shape of one example, such as [1, 28, 28].</param>
    /// <param name="features">[Count × product(shape)], row-major.</param>
    /// <param name="labels">[Count] class indices or targets.</param>
    /// <exception cref="ArgumentException">The arrays do not fit the shape.</exception>
    public InMemoryExamples(int[] shape, float[] features, float[] labels)
    {
        if (shape.Length == 0 || shape.Any(size => size < 1))
        {
            throw new ArgumentException($"Expected a shape of positive sizes, got [{string.Join(", ", shape)}].", nameof(shape));
        }

        this.shape = [.. shape];
        ExampleLength = checked(shape.Aggregate(1, (product, size) => checked(product * size)));
        if ((long)ExampleLength * labels.Length != features.LongLength)
        {
            throw new ArgumentException(
                $"Expected {(long)ExampleLength * labels.Length} features for {labels.Length} labels of shape [{string.Join(", ", shape)}], got {features.LongLength}.",
                nameof(features));
        }

        Features = features;
        Labels = labels;
    }

    /// <summary>Number of examples.</summary>
    public int Count => Labels.Length;

    /// <summary>Number of floats in one example.</summary>
    public int ExampleLength { get; }

    /// <summary>Shape of one example, without the batch dimension.</summary>
    public IReadOnlyList<int> Shape => shape;

    /// <summary>[Count × ExampleLength] features, row-major; the array itself.</summary>
    public float[] Features { get; }

    /// <summary>[Count] labels; the array itself.</summary>
    public float[] Labels { get; }

    /// <inheritdoc/>
    public IReadOnlyList<int[]> InputShapes => [[.. shape]];

    /// <summary>The features of one example, [ExampleLength].</summary>
    /// <param name="row">Its number, from 0.</param>
    public ReadOnlySpan<float> Example(int row) => Features.AsSpan(row * ExampleLength, ExampleLength);

    /// <summary>Copies the rows named, in the order named; a row may come twice.</summary>
    /// <param name="rows">Row numbers, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is not a row.</exception>
    public InMemoryExamples Select(IReadOnlyList<int> rows)
    {
        var features = new float[checked((long)rows.Count * ExampleLength)];
        var labels = new float[rows.Count];
        for (var i = 0; i < rows.Count; i++)
        {
            if ((uint)rows[i] >= (uint)Count)
            {
                throw new ArgumentOutOfRangeException(nameof(rows), $"Expected a row in [0, {Count}), got {rows[i]}.");
            }

            Example(rows[i]).CopyTo(features.AsSpan(i * ExampleLength));
            labels[i] = Labels[rows[i]];
        }

        return new(shape, features, labels);
    }

    /// <summary>Copies the rows in a random order that the seed alone decides.</summary>
    /// <param name="seed">A public seed.</param>
    public InMemoryExamples Shuffled(ulong seed)
    {
        var rows = Enumerable.Range(0, Count).ToArray();
        new SeededGenerator(seed).Shuffle(rows);
        return Select(rows);
    }

    /// <summary>Copies a run of rows.</summary>
    /// <param name="start">First row, from 0.</param>
    /// <param name="count">Number of rows.</param>
    /// <exception cref="ArgumentOutOfRangeException">The run does not lie inside.</exception>
    public InMemoryExamples Slice(int start, int count)
    {
        if (start < 0 || count < 0 || start > Count - count)
        {
            throw new ArgumentOutOfRangeException(nameof(count), $"Expected rows within [0, {Count}), got {count} rows from {start}.");
        }

        return new(shape, Features.AsSpan(start * ExampleLength, count * ExampleLength).ToArray(), Labels.AsSpan(start, count).ToArray());
    }

    /// <inheritdoc/>
    public IEnumerable<ExampleBatch> Read(int batchSize, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        return Batches();

        IEnumerable<ExampleBatch> Batches()
        {
            for (var start = 0; start < Count; start += Math.Min(batchSize, Count - start))
            {
                cancellationToken.ThrowIfCancellationRequested();
                var part = Slice(start, Math.Min(batchSize, Count - start));
                yield return new(part.Count, [part.Features], part.Labels);
            }
        }
    }
}
