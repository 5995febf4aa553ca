namespace Quietune.Data;

/// <summary>Examples held in memory, the floats of a row's inputs one after the other; every row is its own privacy unit.</summary>
public sealed class InMemoryExamples : IExampleSource
{
    private readonly int[][] shapes;

    /// <summary>Wraps the arrays of one input, without a copy.</summary>
    /// <param name="shape">Shape of one example, such as [1, 28, 28].</param>
    /// <param name="features">[Count × product(shape)], row-major.</param>
    /// <param name="labels">[Count] class indices or targets.</param>
    /// <exception cref="ArgumentException">The arrays do not fit the shape.</exception>
    public InMemoryExamples(int[] shape, float[] features, float[] labels)
        : this([shape], features, labels)
    {
    }

    /// <summary>Wraps the arrays of several inputs, without a copy.</summary>
    /// <param name="shapes">Shape of one example of each input.</param>
    /// <param name="features">[Count × Σ product(shape)], row-major, a row's inputs in their order.</param>
    /// <param name="labels">[Count] class indices or targets.</param>
    /// <exception cref="ArgumentException">The arrays do not fit the shapes.</exception>
    public InMemoryExamples(IReadOnlyList<int[]> shapes, float[] features, float[] labels)
    {
        foreach (var shape in shapes)
        {
            if (shape.Length == 0 || shape.Any(size => size < 1))
            {
                throw new ArgumentException($"Expected a shape of positive sizes, got [{string.Join(", ", shape)}].", nameof(shapes));
            }
        }

        this.shapes = shapes.Count > 0 ? [.. shapes.Select(shape => shape.ToArray())] : throw new ArgumentException("Expected at least one input, got none.", nameof(shapes));
        InputLengths = [.. shapes.Select(shape => shape.Aggregate(1, (product, size) => checked(product * size)))];
        ExampleLength = InputLengths.Aggregate(0, (sum, length) => checked(sum + length));
        if ((long)ExampleLength * labels.Length != features.LongLength)
        {
            throw new ArgumentException(
                $"Expected {(long)ExampleLength * labels.Length} features for {labels.Length} labels of shape [{string.Join("] and [", shapes.Select(shape => string.Join(", ", shape)))}], got {features.LongLength}.",
                nameof(features));
        }

        Features = features;
        Labels = labels;
    }

    /// <summary>Number of examples.</summary>
    public int Count => Labels.Length;

    /// <summary>Number of floats in one example, of all its inputs.</summary>
    public int ExampleLength { get; }

    /// <summary>Number of floats of each input in one example.</summary>
    public IReadOnlyList<int> InputLengths { get; }

    /// <summary>Shape of one example, without the batch dimension; of several inputs, [<see cref="ExampleLength"/>].</summary>
    public IReadOnlyList<int> Shape => shapes is [var only] ? only : [ExampleLength];

    /// <summary>[Count × ExampleLength] features, row-major; the array itself.</summary>
    public float[] Features { get; }

    /// <summary>[Count] labels; the array itself.</summary>
    public float[] Labels { get; }

    /// <inheritdoc/>
    public IReadOnlyList<int[]> InputShapes => [.. shapes.Select(shape => shape.ToArray())];

    /// <summary>Other rows of the same inputs, without a copy.</summary>
    /// <param name="features">As the constructor takes them.</param>
    /// <param name="labels">[Count].</param>
    /// <exception cref="ArgumentException">The arrays do not fit the shapes.</exception>
    public InMemoryExamples With(float[] features, float[] labels) => new(shapes, features, labels);

    /// <summary>Whether each float, [<see cref="ExampleLength"/>], belongs to an input of nothing but whole numbers in all rows: indices, such as tokens.</summary>
    public IReadOnlyList<bool> AreIndices()
    {
        var whole = new bool[ExampleLength];
        var start = 0;
        foreach (var length in InputLengths)
        {
            var (from, to) = (start, start + length);
            Array.Fill(whole, Enumerable.Range(0, Count).All(row => IsWhole(Example(row)[from..to])), from, length);
            start = to;
        }

        return whole;
    }

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

        return new(shapes, features, labels);
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

        return new(shapes, Features.AsSpan(start * ExampleLength, count * ExampleLength).ToArray(), Labels.AsSpan(start, count).ToArray());
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
                yield return new(part.Count, shapes.Length == 1 ? [part.Features] : Parted(part), part.Labels);
            }
        }
    }

    /// <summary>A run of rows, input by input.</summary>
    private static float[][] Parted(InMemoryExamples rows)
    {
        var parts = rows.InputLengths.Select(length => new float[rows.Count * length]).ToArray();
        for (var row = 0; row < rows.Count; row++)
        {
            var example = rows.Example(row);
            for (var i = 0; i < parts.Length; i++)
            {
                var length = rows.InputLengths[i];
                example[..length].CopyTo(parts[i].AsSpan(row * length));
                example = example[length..];
            }
        }

        return parts;
    }

    private static bool IsWhole(ReadOnlySpan<float> values)
    {
        foreach (var value in values)
        {
            if (value != MathF.Round(value))
            {
                return false;
            }
        }

        return true;
    }
}
