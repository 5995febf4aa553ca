using Quietune.Data;

namespace Quietune.Auditing.Exposure;

/// <summary>Sentences as rows of characters, the rows of a sentence in one privacy unit.</summary>
public sealed class SentenceRows : IExampleSource
{
    private readonly IReadOnlyList<string> sentences;

    internal SentenceRows(IReadOnlyList<string> sentences) => this.sentences = sentences;

    /// <inheritdoc/>
    public IReadOnlyList<int[]> InputShapes => [[Sentences.Window]];

    /// <inheritdoc/>
    public IEnumerable<ExampleBatch> Read(int batchSize, CancellationToken cancellationToken = default)
    {
        var (start, rows) = (0, 0);
        for (var i = 0; i < sentences.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (rows > 0 && rows + sentences[i].Length > batchSize)
            {
                yield return Batch(start, i);
                (start, rows) = (i, 0);
            }

            rows += sentences[i].Length;
        }

        if (rows > 0)
        {
            yield return Batch(start, sentences.Count);
        }
    }

    /// <summary>The same rows in memory, each a unit of its own: for public data.</summary>
    public InMemoryExamples InMemory()
    {
        var batch = Batch(0, sentences.Count);
        return new([Sentences.Window], batch.Inputs[0], batch.Labels);
    }

    private ExampleBatch Batch(int start, int end)
    {
        var places = Enumerable.Range(start, end - start).SelectMany(i => Enumerable.Range(0, sentences[i].Length).Select(place => (Sentence: i, Place: place))).ToList();
        return new(
            places.Count,
            [[.. places.SelectMany(at => Sentences.Before(sentences[at.Sentence], at.Place))]],
            [.. places.Select(at => (float)Sentences.Alphabet.IndexOf(sentences[at.Sentence][at.Place], StringComparison.Ordinal))],
            [.. places.Select(at => (long)at.Sentence)]);
    }
}
