namespace Quietune.Auditing.TwoWorlds;

/// <summary>The score above which a canary is accused: 0 as the claim has it, or what earlier runs showed to be better.</summary>
internal sealed class LearnedThreshold
{
    private const int FirstLook = 32;
    private const double Deviations = 3;
    private readonly List<(double Score, bool Present)> seen = [];
    private int nextLook = FirstLook;

    /// <summary>The threshold for the next run.</summary>
    public double Value { get; private set; }

    /// <summary>Takes in a score whose canary is known.</summary>
    public void Add(double score, bool present) => seen.Add((score, present));

    /// <summary>Looks again whenever there are twice as many scores.</summary>
    public void Look()
    {
        if (seen.Count < nextLook)
        {
            return;
        }

        nextLook = 2 * seen.Count;
        seen.Sort((first, second) => first.Score.CompareTo(second.Score));

        // Moving the threshold up past a score turns a right guess wrong if its canary was present, and a wrong one right if not.
        var right = seen.Count(entry => entry.Present);
        var (best, bestRight, now) = (Value, seen.Count(entry => (entry.Score > Value) == entry.Present), right);
        var least = bestRight + (Deviations * Math.Sqrt(seen.Count) / 2);
        for (var i = 0; i < seen.Count; i++)
        {
            now += seen[i].Present ? -1 : 1;
            if (now > bestRight && now >= least)
            {
                (best, bestRight) = (i + 1 < seen.Count ? (seen[i].Score + seen[i + 1].Score) / 2 : seen[i].Score, now);
            }
        }

        Value = best;
    }
}
