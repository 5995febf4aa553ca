using Quietune.Data;
using Quietune.Privacy.Noise;

namespace Quietune.Tuning.Rounds;

/// <summary>A Poisson sample of the privacy units: each takes part by itself with one probability. Every reading draws a new sample.</summary>
/// <remarks>Which units take part is as secret as the noise, so it comes from the same source (docs/derivations/projections.md, "Sampling").</remarks>
/// <param name="rows">All rows; rows of a unit are adjacent and in one batch.</param>
/// <param name="samplingRate">q, in (0, 1].</param>
/// <param name="noise">Where the choice comes from.</param>
internal sealed class PoissonRows(IExampleSource rows, double samplingRate, INoiseSource noise) : IExampleSource
{
    private const int LargestReading = 8192;

    /// <inheritdoc/>
    public IReadOnlyList<int[]> InputShapes => rows.InputShapes;

    /// <inheritdoc/>
    public IEnumerable<ExampleBatch> Read(int batchSize, CancellationToken cancellationToken = default)
    {
        // Small samples of large readings, put together until they make a batch: its size changes speed, never the sample's law.
        var taken = new List<(ExampleBatch Batch, IReadOnlyList<int> Rows)>();
        var count = 0;
        foreach (var batch in rows.Read((int)Math.Clamp(batchSize / samplingRate, batchSize, Math.Max(batchSize, LargestReading)), cancellationToken))
        {
            var sampled = Sample(batch);
            if (sampled.Count > 0)
            {
                taken.Add((batch, sampled));
                count += sampled.Count;
            }

            if (count >= batchSize)
            {
                yield return JoinedRows.Of(taken);
                taken.Clear();
                count = 0;
            }
        }

        if (count > 0)
        {
            yield return JoinedRows.Of(taken);
        }
    }

    private List<int> Sample(ExampleBatch batch)
    {
        var sampled = new List<int>();
        var takes = false;
        for (var row = 0; row < batch.Count; row++)
        {
            if (batch.Units is null || row == 0 || batch.Units[row] != batch.Units[row - 1])
            {
                takes = ExactBernoulli.Draw(noise, samplingRate);
            }

            if (takes)
            {
                sampled.Add(row);
            }
        }

        return sampled;
    }
}
