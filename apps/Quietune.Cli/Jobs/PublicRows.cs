using Quietune.Data;

namespace Quietune.Cli.Jobs;

/// <summary>A uniform sample of public rows, held in memory in random order.</summary>
internal static class PublicRows
{
    private const int MostRows = 50_000;
    private const long MostNumbers = 1L << 28;
    private const int BatchSize = 4_096;

    /// <summary>Reads all rows once and keeps a uniform sample (Vitter 1985, algorithm R), the same for the same rows.</summary>
    /// <param name="source">Public rows.</param>
    /// <param name="name">What messages call them.</param>
    /// <param name="cancellationToken">Stops between batches.</param>
    /// <exception cref="InvalidDataException">There are fewer than two rows.</exception>
    public static InMemoryExamples Sample(IExampleSource source, string name, CancellationToken cancellationToken)
    {
        var lengths = source.InputShapes.Select(shape => shape.Aggregate(1, (product, size) => product * size)).ToArray();
        var length = lengths.Sum();
        var most = (int)Math.Clamp(MostNumbers / length, 2, MostRows);
        var random = new SeededGenerator(seed: 20);
        var kept = new List<(float[] Features, float Label)>();
        var seen = 0;
        foreach (var batch in source.Read(BatchSize, cancellationToken))
        {
            for (var row = 0; row < batch.Count; row++, seen++)
            {
                var place = seen < most ? seen : random.Next(seen + 1);
                if (place >= most)
                {
                    continue;
                }

                var example = (Row(batch, lengths, row), batch.Labels[row]);
                if (place == kept.Count)
                {
                    kept.Add(example);
                }
                else
                {
                    kept[place] = example;
                }
            }
        }

        return kept.Count < 2
            ? throw new InvalidDataException($"{name}: expected at least 2 public rows, got {kept.Count}.")
            : new InMemoryExamples(source.InputShapes, [.. kept.SelectMany(example => example.Features)], [.. kept.Select(example => example.Label)]).Shuffled(seed: 21);
    }

    private static float[] Row(ExampleBatch batch, int[] lengths, int row) =>
        lengths.Length == 1 ? batch.Inputs[0].AsSpan(row * lengths[0], lengths[0]).ToArray()
        : [.. lengths.SelectMany((length, i) => batch.Inputs[i].Skip(row * length).Take(length))];
}
