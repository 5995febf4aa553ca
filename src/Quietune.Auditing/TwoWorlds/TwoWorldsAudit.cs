using Quietune.Auditing.Bounds;
using Quietune.Auditing.Claims;
using Quietune.Data;

namespace Quietune.Auditing.TwoWorlds;

/// <summary>Guesses from what a mechanism releases which canaries were among its rows, many times over, and says what the right guesses prove.</summary>
/// <remarks>
/// Guarantee: for any mechanism that keeps the claim, the lower bound on ε is above the claimed ε with probability at most 1 − confidence. Each canary is in or
/// out by a fair coin of its own in every run; given the other coins the two worlds are neighbours, so no guess is right with more than the probability that the
/// claim allows, whatever was learned from earlier runs. Derived in docs/derivations/auditing.md; after Jagielski, Ullman &amp; Oprea 2020 and Nasr et al. 2021, 2023.
/// </remarks>
public static class TwoWorldsAudit
{
    /// <summary>Audits a mechanism.</summary>
    /// <param name="subject">The mechanism and its canaries.</param>
    /// <param name="claim">What it promises.</param>
    /// <param name="draws">How many runs.</param>
    /// <param name="confidence">Of the lower bounds, in (0, 1).</param>
    /// <param name="seed">Decides the coins; the mechanism's noise must not depend on it.</param>
    /// <param name="progress">Told the share done, from 0 to 1.</param>
    /// <param name="cancellationToken">Stops between runs.</param>
    public static TwoWorldsResult Run(
        IAuditSubject subject, PrivacyClaim claim, int draws, double confidence = 0.95, ulong seed = 0, IProgress<double>? progress = null, CancellationToken cancellationToken = default)
    {
        var kinds = subject.Kinds.Distinct().ToList();
        var group = subject.Kinds.Select(kind => kinds.IndexOf(kind)).ToArray();
        var bound = new BettingBound(draws, confidence, Shares(kinds.Count));
        var ratios = new RatioBound(claim.Delta, confidence);
        var tallies = kinds.ConvertAll(_ => new Tally());
        using var scores = new LikelihoodScores(subject.Rounds, subject.SamplingRate);
        var coins = new SeededGenerator(seed, stream: 7);
        for (var draw = 0; draw < draws; draw++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var present = group.Select(_ => coins.Next(2) == 1).ToArray();
            var found = scores.Of(subject.Run(present), present);
            var right = new double[kinds.Count];
            for (var i = 0; i < found.Length; i++)
            {
                right[group[i]] += tallies[group[i]].Guess(found[i], present[i]) ? 1 : 0;
            }

            ratios.Add(found, present);
            tallies.ForEach(tally => tally.Threshold.Look());
            var shares = right.Select((count, kind) => count / group.Count(other => other == kind));
            bound.Add(kinds.Count == 1 ? [.. shares] : [right.Sum() / found.Length, .. shares]);
            progress?.Report((draw + 1.0) / draws);
        }

        var all = tallies.Aggregate(new Tally(), (sum, tally) => sum.Plus(tally));
        var lower = group.Length == 1 ? ClopperPearson.Lower(all.Right, all.Count, confidence) : bound.Lower();
        return new(
            claim,
            confidence,
            draws,
            all.Count,
            (double)all.Right / all.Count,
            lower,
            claim.EpsilonOf(lower),
            ratios.Lower(),
            kinds.Count == 1
                ? [all.Point(kinds[0], claim.EpsilonOf(lower))]
                : [all.Point("all canaries", claim.EpsilonOf(bound.Lower(0))), .. kinds.Select((kind, i) => tallies[i].Point(kind, claim.EpsilonOf(bound.Lower(i + 1))))]);
    }

    /// <summary>Half of the first capital on all canaries together, the rest on the kinds.</summary>
    private static double[] Shares(int kinds) => kinds == 1 ? [1] : [0.5, .. Enumerable.Repeat(0.5 / kinds, kinds)];

    private sealed class Tally
    {
        private long hits;
        private long alarms;
        private long with;
        private long without;

        public LearnedThreshold Threshold { get; } = new();

        public long Count => with + without;

        public long Right => hits + without - alarms;

        public bool Guess(double score, bool present)
        {
            var accused = score > Threshold.Value;
            hits += accused && present ? 1 : 0;
            alarms += accused && !present ? 1 : 0;
            with += present ? 1 : 0;
            without += present ? 0 : 1;
            Threshold.Add(score, present);
            return accused == present;
        }

        public Tally Plus(Tally other) => new() { hits = hits + other.hits, alarms = alarms + other.alarms, with = with + other.with, without = without + other.without };

        public AuditPoint Point(string name, double epsilon) => new(name, (double)alarms / Math.Max(1, without), (double)hits / Math.Max(1, with), without, with, epsilon);
    }
}
