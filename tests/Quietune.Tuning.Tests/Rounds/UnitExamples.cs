using Quietune.Data;

namespace Quietune.Tuning.Tests.Rounds;

/// <summary>Rows in memory with the unit of each, rows of a unit adjacent; a batch never splits a unit.</summary>
internal sealed class UnitExamples(int[] shape, IReadOnlyList<(float[] Features, float Label, long Unit)> rows) : IExampleSource
{
    public IReadOnlyList<int[]> InputShapes => [shape];

    /// <summary>The same rows in the order given, each a unit of its own.</summary>
    public InMemoryExamples Apart(params ReadOnlySpan<int> order)
    {
        var chosen = order.IsEmpty ? [.. rows] : order.ToArray().Select(row => rows[row]).ToArray();
        return new(shape, [.. chosen.SelectMany(row => row.Features)], [.. chosen.Select(row => row.Label)]);
    }

    public IEnumerable<ExampleBatch> Read(int batchSize, CancellationToken cancellationToken = default)
    {
        var batch = new List<(float[] Features, float Label, long Unit)>();
        foreach (var unit in rows.GroupBy(row => row.Unit).Select(unit => unit.ToList()))
        {
            if (batch.Count > 0 && batch.Count + unit.Count > batchSize)
            {
                yield return Joined(batch);
                batch.Clear();
            }

            batch.AddRange(unit);
        }

        if (batch.Count > 0)
        {
            yield return Joined(batch);
        }
    }

    private static ExampleBatch Joined(List<(float[] Features, float Label, long Unit)> batch) =>
        new(batch.Count, [[.. batch.SelectMany(row => row.Features)]], [.. batch.Select(row => row.Label)], [.. batch.Select(row => row.Unit)]);
}
