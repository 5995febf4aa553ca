using Quietune.Data;

namespace Quietune.Benchmarks;

/// <summary>A few digits over and over: as many rows as wanted, in the memory of one batch.</summary>
/// <param name="pool">The digits.</param>
/// <param name="count">How many rows to give.</param>
public sealed class RepeatedRows(InMemoryExamples pool, int count) : IExampleSource
{
    /// <inheritdoc/>
    public IReadOnlyList<int[]> InputShapes => pool.InputShapes;

    /// <inheritdoc/>
    public IEnumerable<ExampleBatch> Read(int batchSize, CancellationToken cancellationToken = default)
    {
        for (var given = 0; given < count;)
        {
            var batch = pool.Slice(0, Math.Min(Math.Min(batchSize, pool.Count), count - given));
            given += batch.Count;
            yield return new(batch.Count, [batch.Features], batch.Labels);
        }
    }
}
