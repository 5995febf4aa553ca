namespace Quietune.Data.Clinical;

/// <summary>How often each cleaning rule was used; kept for public data only, for the counts describe the rows.</summary>
public sealed class CleaningCounts
{
    private readonly long[] counts = new long[Enum.GetValues<Cleaning>().Length];

    /// <summary>How often a rule was used.</summary>
    public long this[Cleaning rule] => counts[(int)rule];

    /// <summary>The rules that were used, with their counts.</summary>
    public IReadOnlyDictionary<Cleaning, long> Used => Enum.GetValues<Cleaning>().Where(rule => this[rule] > 0).ToDictionary(rule => rule, rule => this[rule]);

    internal void Add(Cleaning rule, long times = 1) => counts[(int)rule] += times;

    internal void Add(CleaningCounts other)
    {
        for (var i = 0; i < counts.Length; i++)
        {
            counts[i] += other.counts[i];
        }
    }
}
