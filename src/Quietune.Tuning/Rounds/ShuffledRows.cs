using System.Runtime.InteropServices;
using Quietune.Data;
using Quietune.Privacy.Noise;

namespace Quietune.Tuning.Rounds;

/// <summary>All units in a secret random order, in batches of units with equally many rows; every reading draws a new order.</summary>
/// <remarks>
/// A unit's numbers may have other last bits at another place of a batch. In file order a unit that is added moves all later ones; in random order it moves one
/// other unit for each run of <see cref="UnitsAtOnce"/>, whatever the rest (docs/derivations/secure-noise.md, "Places"). Memory is that of one run.
/// </remarks>
/// <param name="rows">The units; rows of a unit are adjacent and in one batch.</param>
/// <param name="source">Where the order comes from.</param>
internal sealed class ShuffledRows(IExampleSource rows, INoiseSource source) : IExampleSource
{
    private const long NumbersAtOnce = 1 << 24;
    private const long MostUnitsAtOnce = 8192;

    /// <inheritdoc/>
    public IReadOnlyList<int[]> InputShapes => rows.InputShapes;

    /// <inheritdoc/>
    public IEnumerable<ExampleBatch> Read(int batchSize, CancellationToken cancellationToken = default)
    {
        var run = UnitsAtOnce(batchSize);
        var units = new List<Unit>();
        foreach (var batch in rows.Read(batchSize, cancellationToken))
        {
            foreach (var unit in UnitsOf(batch))
            {
                units.Add(unit);
                if (units.Count == run)
                {
                    foreach (var shuffled in Shuffled(units, batchSize))
                    {
                        yield return shuffled;
                    }

                    units.Clear();
                }
            }
        }

        foreach (var shuffled in Shuffled(units, batchSize))
        {
            yield return shuffled;
        }
    }

    /// <summary>How many units are put in order together: whole batches of units of one row, and 64 MB of them at most where a batch is less.</summary>
    /// <param name="batchSize">Rows of a batch.</param>
    internal long UnitsAtOnce(int batchSize)
    {
        var length = InputShapes.Sum(shape => shape.Aggregate(1L, (product, size) => product * size));
        return Math.Max(1, Math.Min(MostUnitsAtOnce, NumbersAtOnce / length) / batchSize) * batchSize;
    }

    private static IEnumerable<Unit> UnitsOf(ExampleBatch batch)
    {
        for (var start = 0; start < batch.Count;)
        {
            var count = 1;
            while (batch.Units is not null && start + count < batch.Count && batch.Units[start + count] == batch.Units[start])
            {
                count++;
            }

            yield return new(batch, start, count);
            start += count;
        }
    }

    private IEnumerable<ExampleBatch> Shuffled(List<Unit> units, int batchSize)
    {
        // Fisher and Yates: the unit at each place is drawn from those that have none yet.
        var order = CollectionsMarshal.AsSpan(units);
        for (var last = order.Length - 1; last > 0; last--)
        {
            var chosen = (int)UniformInteger.Below(source, (ulong)last + 1);
            (order[last], order[chosen]) = (order[chosen], order[last]);
        }

        return units.GroupBy(unit => unit.Count).SelectMany(same => same.Chunk(Math.Max(1, batchSize / same.Key)))
            .Select(chunk => JoinedRows.Of([.. chunk.Select(unit => (unit.Batch, (IReadOnlyList<int>)Enumerable.Range(unit.Start, unit.Count).ToArray()))]));
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Unit(ExampleBatch Batch, int Start, int Count);
}
