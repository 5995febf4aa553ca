namespace Quietune.Auditing.Membership;

/// <summary>Hit rate against false alarms at every threshold of a score.</summary>
/// <param name="Points">From (0, 0) to (1, 1), thinned to about even steps of both rates on logarithmic axes.</param>
/// <param name="Area">Under the curve: the probability that a member scores above a non-member, ties halved.</param>
/// <param name="Advantage">The largest difference of hit rate and false-alarm rate.</param>
/// <param name="HitRateAtTenthPercent">At a false-alarm rate of at most 0.1 %.</param>
/// <param name="HitRateAtOnePercent">At a false-alarm rate of at most 1 %.</param>
public sealed record Roc(IReadOnlyList<RocPoint> Points, double Area, double Advantage, double HitRateAtTenthPercent, double HitRateAtOnePercent)
{
    // Twenty points a decade are more than a figure shows.
    private const double Step = 1.12;

    /// <summary>The curve of scores.</summary>
    /// <param name="scores">Higher speaks for membership.</param>
    /// <param name="members">Who was a member.</param>
    /// <exception cref="ArgumentException">There are not both members and non-members, or counts differ.</exception>
    public static Roc Of(IReadOnlyList<double> scores, IReadOnlyList<bool> members)
    {
        long with = members.Count(member => member);
        var without = members.Count - with;
        if (scores.Count != members.Count || with == 0 || without == 0)
        {
            throw new ArgumentException($"Expected a score for each of some members and some non-members, got {scores.Count} scores, {with} members and {without} others.", nameof(scores));
        }

        var all = new List<RocPoint> { new(0, 0) };
        long hits = 0, alarms = 0;
        var area = 0.0;
        foreach (var tied in Enumerable.Range(0, scores.Count).OrderByDescending(i => scores[i]).GroupBy(i => scores[i]))
        {
            var (before, first) = (hits, alarms);
            foreach (var i in tied)
            {
                (hits, alarms) = members[i] ? (hits + 1, alarms) : (hits, alarms + 1);
            }

            area += (alarms - first) * (hits + before) / (2.0 * with * without);
            all.Add(new((double)alarms / without, (double)hits / with));
        }

        return new(Thinned(all), area, all.Max(point => point.HitRate - point.FalseAlarmRate), At(0.001), At(0.01));

        double At(double rate) => all.Where(point => point.FalseAlarmRate <= rate).Max(point => point.HitRate);
    }

    private static List<RocPoint> Thinned(List<RocPoint> all)
    {
        var kept = new List<RocPoint> { all[0] };
        foreach (var point in all.Skip(1).SkipLast(1))
        {
            var last = kept[^1];
            if (point.FalseAlarmRate > last.FalseAlarmRate * Step || point.HitRate > last.HitRate * Step || 1 - point.HitRate < (1 - last.HitRate) / Step)
            {
                kept.Add(point);
            }
        }

        return [.. kept, all[^1]];
    }
}
