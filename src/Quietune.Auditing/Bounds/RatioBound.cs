namespace Quietune.Auditing.Bounds;

/// <summary>A lower confidence bound for ε at δ of any mechanism at all, from how often scores pass thresholds in two worlds.</summary>
/// <remarks>
/// Guarantee: for an (ε, δ)-DP mechanism the bound is above ε with probability at most 1 − confidence. At each threshold and in each direction hit rate − e^ε·(false-alarm rate) ≤ δ;
/// a gambler bets against it, with a share of the first capital on each. Whatever ε is tried, the game is fair; the bound is the last of an ascending grid before the first that
/// is not refuted, so that one game alone decides whether it passes the truth. Derived in docs/derivations/auditing.md; the inequality: Kairouz, Oh &amp; Viswanath 2015.
/// </remarks>
public sealed class RatioBound
{
    private const double Step = 0.01;
    private const double LargestEpsilon = 20;
    private const double LargestStake = 0.9;
    private static readonly double[] Thresholds = [0, 0.25, 0.5, 1, 1.5, 2, 3];
    private readonly double delta;
    private readonly double logTarget;
    private readonly List<double[]> hits = [];
    private readonly List<double[]> alarms = [];

    /// <summary>Starts with no runs.</summary>
    /// <param name="delta">δ, in [0, 1).</param>
    /// <param name="confidence">In (0, 1).</param>
    public RatioBound(double delta, double confidence)
    {
        this.delta = delta;
        logTarget = -Math.Log(1 - confidence);
    }

    /// <summary>Takes in the scores of a run.</summary>
    /// <param name="scores">Log-likelihood ratios, one for each canary.</param>
    /// <param name="present">Each canary's fair coin.</param>
    public void Add(IReadOnlyList<double> scores, IReadOnlyList<bool> present)
    {
        var hit = new double[2 * Thresholds.Length];
        var alarm = new double[2 * Thresholds.Length];
        for (var i = 0; i < scores.Count; i++)
        {
            // Above t speaks for presence, below −t for absence; twice, as each world comes up half of the time.
            var (world, size) = present[i] ? (0, scores[i]) : (Thresholds.Length, -scores[i]);
            for (var t = 0; t < Thresholds.Length; t++)
            {
                hit[world + t] += size > Thresholds[t] ? 2.0 / scores.Count : 0;
                alarm[Thresholds.Length - world + t] += -size > Thresholds[t] ? 2.0 / scores.Count : 0;
            }
        }

        hits.Add(hit);
        alarms.Add(alarm);
    }

    /// <summary>The bound; 0 where nothing is proven.</summary>
    public double Lower()
    {
        var proven = 0.0;
        for (var epsilon = 0.0; epsilon < LargestEpsilon && Refutes(epsilon); epsilon += Step)
        {
            proven = epsilon;
        }

        return proven;
    }

    private bool Refutes(double epsilon)
    {
        var ratio = Math.Exp(epsilon);
        var most = LargestStake / ((2 * ratio) + delta);
        var games = Enumerable.Range(0, 2 * Thresholds.Length).Select(_ => new Game()).ToArray();
        for (var run = 0; run < hits.Count; run++)
        {
            var total = 0.0;
            for (var i = 0; i < games.Length; i++)
            {
                total += games[i].Play(hits[run][i] - (ratio * alarms[run][i]) - delta, most);
            }

            if (Math.Log(total / games.Length) >= logTarget)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>One game: the stake is about the mean of the earlier values over their mean square, the best for small stakes, and never negative.</summary>
    private sealed class Game
    {
        private double sum;
        private double squares = 0.01;
        private double logCapital;

        /// <summary>Stakes, and then looks.</summary>
        public double Play(double value, double most)
        {
            logCapital += Math.Log(1 + (Math.Clamp(sum / squares, 0, most) * value));
            sum += value;
            squares += value * value;
            return Math.Exp(Math.Min(logCapital, 700));
        }
    }
}
