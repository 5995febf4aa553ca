using Quietune.Data;

namespace Quietune.Tuning.Evaluation;

/// <summary>Predicted scores of public rows with their yes-or-no outcomes, in rising order of score; every metric of two classes reads this.</summary>
/// <remarks>Each row has a count, so that a bootstrap resample is the same order with other counts and is not sorted again.</remarks>
public sealed class ScoredRows
{
    private readonly double[] scores;
    private readonly bool[] outcomes;
    private readonly int[] counts;

    private ScoredRows(double[] scores, bool[] outcomes, int[] counts) => (this.scores, this.outcomes, this.counts) = (scores, outcomes, counts);

    /// <summary>Scores in rising order.</summary>
    public ReadOnlySpan<double> Scores => scores;

    /// <summary>Whether each row's outcome is the positive one, in the same order.</summary>
    public ReadOnlySpan<bool> Outcomes => outcomes;

    /// <summary>How often each row counts, ≥ 0, in the same order.</summary>
    public ReadOnlySpan<int> Counts => counts;

    /// <summary>How many rows there are, counted as often as they count.</summary>
    public long Total => counts.Sum(count => (long)count);

    /// <summary>How many of them are positive.</summary>
    public long Positives => counts.Where((_, i) => outcomes[i]).Sum(count => (long)count);

    /// <summary>Sorts scored rows.</summary>
    /// <param name="scores">One number a row: a probability, or any score that rises with it where only the order is asked.</param>
    /// <param name="labels">1 for a positive outcome, 0 for a negative one.</param>
    /// <exception cref="ArgumentException">The lengths differ, a score is not a number, or a label is neither 0 nor 1.</exception>
    public static ScoredRows Of(IReadOnlyList<double> scores, IReadOnlyList<float> labels)
    {
        if (scores.Count != labels.Count)
        {
            throw new ArgumentException($"Expected as many labels as scores, {scores.Count}, got {labels.Count}.", nameof(labels));
        }

        var wrong = Enumerable.Range(0, scores.Count).Where(i => double.IsNaN(scores[i]) || labels[i] is not (0 or 1)).DefaultIfEmpty(-1).First();
        if (wrong >= 0)
        {
            throw new ArgumentException($"Row {wrong + 1}: expected a score that is a number and a label of 0 or 1, got {scores[wrong]} and {labels[wrong]}.", nameof(scores));
        }

        var sorted = scores.ToArray();
        var positive = labels.Select(label => label == 1).ToArray();
        Array.Sort(sorted, positive);
        return new(sorted, positive, [.. Enumerable.Repeat(1, sorted.Length)]);
    }

    /// <summary>As many rows drawn with replacement (Efron 1979).</summary>
    /// <param name="generator">Decides the draw.</param>
    public ScoredRows Resample(SeededGenerator generator)
    {
        var drawn = new int[counts.Length];
        for (var i = 0; i < drawn.Length; i++)
        {
            drawn[generator.Next(drawn.Length)]++;
        }

        return new(scores, outcomes, [.. drawn.Zip(counts, (times, count) => times * count)]);
    }

    /// <summary>Runs of equal score, from the largest score to the smallest, with the positives and negatives in each.</summary>
    internal IEnumerable<(double Score, long Positives, long Negatives)> FallingTies()
    {
        for (var i = scores.Length - 1; i >= 0;)
        {
            var score = scores[i];
            long positives = 0, negatives = 0;
            for (; i >= 0 && scores[i] == score; i--)
            {
                positives += outcomes[i] ? counts[i] : 0;
                negatives += outcomes[i] ? 0 : counts[i];
            }

            if (positives + negatives > 0)
            {
                yield return (score, positives, negatives);
            }
        }
    }
}
