namespace Quietune.Tuning.Evaluation;

/// <summary>Bins of a score in [0, 1], fixed by public rows or by nothing: what a private evaluation counts in.</summary>
/// <remarks>Source: docs/derivations/private-evaluation.md.</remarks>
public sealed class ScoreBins
{
    /// <summary>The threshold of accuracy, which is always an edge.</summary>
    public const double Threshold = 0.5;

    private readonly double[] edges;

    private ScoreBins(double[] edges, double[] centers) => (this.edges, Centers) = (edges, centers);

    /// <summary>How many bins.</summary>
    public int Count => edges.Length + 1;

    /// <summary>Inner edges, rising; a score on an edge belongs to the upper bin.</summary>
    public IReadOnlyList<double> Edges => edges;

    /// <summary>The mean public score in each bin; its middle where no public score falls.</summary>
    public IReadOnlyList<double> Centers { get; }

    /// <summary>Bins of equal share of the public rows, with one half as one more edge.</summary>
    /// <param name="publicRows">Scores are probabilities.</param>
    /// <param name="count">How many bins at most, at least 2; equal public scores make fewer.</param>
    public static ScoreBins Of(ScoredRows publicRows, int count = 20)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 2);
        var scores = publicRows.Scores.ToArray();
        var inner = Enumerable.Range(1, count - 2)
            .Select(i => scores[(int)((long)i * scores.Length / (count - 1))])
            .Append(Threshold)
            .Where(edge => edge is > 0 and < 1)
            .Distinct().Order().ToArray();
        var bins = scores.GroupBy(score => Place(inner, score)).ToDictionary(group => group.Key, group => group.Average());
        double Middle(int bin) => ((bin == 0 ? 0 : inner[bin - 1]) + (bin == inner.Length ? 1 : inner[bin])) / 2;
        return new(inner, [.. Enumerable.Range(0, inner.Length + 1).Select(bin => bins.TryGetValue(bin, out var center) ? center : Middle(bin))]);
    }

    /// <summary>Bins of equal width, where there are no public rows; one half is an edge.</summary>
    /// <param name="count">How many bins, even and at least 2.</param>
    /// <exception cref="ArgumentException">The number is odd or too small.</exception>
    public static ScoreBins EqualWidth(int count) => count >= 2 && count % 2 == 0
        ? new([.. Enumerable.Range(1, count - 1).Select(i => (double)i / count)], [.. Enumerable.Range(0, count).Select(i => (i + 0.5) / count)])
        : throw new ArgumentException($"Expected an even number of at least 2 bins, got {count}.", nameof(count));

    /// <summary>The bin of a score.</summary>
    public int BinOf(double score) => Place(edges, score);

    private static int Place(double[] edges, double score)
    {
        var found = Array.BinarySearch(edges, score);
        return found >= 0 ? found + 1 : ~found;
    }
}
