namespace Quietune.Auditing.Bounds;

/// <summary>A lower confidence bound for means in [0, 1], several streams at a time, by betting against small means.</summary>
/// <remarks>
/// Guarantee: if in every stream the mean of a value, given all earlier ones, is never above m, the bound is above m with probability at most 1 − confidence.
/// Nothing else is assumed: streams may depend on each other, and values be chosen by what earlier ones taught.
/// A gambler who stakes λ on each value has the capital Π(1 + λ(x − m)), which no fair game multiplies by 1/α with more than probability α
/// (Ville 1939). Source: Waudby-Smith &amp; Ramdas 2023, section 4; derived in docs/derivations/auditing.md.
/// </remarks>
public sealed class BettingBound
{
    // Never all of the capital: a value of 0 must leave something.
    private const double LargestStake = 0.9;
    private readonly double logTarget;
    private readonly int planned;
    private readonly double[] shares;
    private readonly List<(double Value, double Bet)>[] streams;
    private readonly double[] sums;
    private readonly double[] squares;

    /// <summary>Starts with no values.</summary>
    /// <param name="planned">How many values each stream is to have; more or fewer only widen the bound.</param>
    /// <param name="confidence">In (0, 1).</param>
    /// <param name="shares">How much of the first capital is staked on each stream, adding up to 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public BettingBound(int planned, double confidence, IReadOnlyList<double> shares)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(planned, 1);
        if (confidence is not (> 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(confidence), $"Expected confidence in (0, 1), got {confidence}.");
        }

        if (shares.Count == 0 || Math.Abs(shares.Sum() - 1) > 1e-9 || shares.Any(share => share < 0))
        {
            throw new ArgumentOutOfRangeException(nameof(shares), $"Expected shares of at least 0 that add up to 1, got {string.Join(", ", shares)}.");
        }

        this.planned = planned;
        this.shares = [.. shares];
        logTarget = -Math.Log(1 - confidence);
        streams = [.. shares.Select(_ => new List<(double, double)>())];
        sums = new double[shares.Count];
        squares = new double[shares.Count];
    }

    /// <summary>Takes the next value of every stream.</summary>
    /// <param name="values">One for each stream, in [0, 1].</param>
    public void Add(ReadOnlySpan<double> values)
    {
        for (var i = 0; i < streams.Length; i++)
        {
            // The stake is decided before the value is looked at.
            var count = streams[i].Count;
            var mean = (0.5 + sums[i]) / (count + 1);
            var variance = (0.25 + Math.Max(0, squares[i] - (2 * mean * sums[i]) + (count * mean * mean))) / (count + 1);
            streams[i].Add((values[i], Math.Sqrt(2 * logTarget / (planned * variance))));
            sums[i] += values[i];
            squares[i] += values[i] * values[i];
        }
    }

    /// <summary>The bound from all streams together.</summary>
    public double Lower() => Lower(shares);

    /// <summary>The bound from one stream alone.</summary>
    /// <param name="stream">Its number.</param>
    public double Lower(int stream) => Lower([.. shares.Select((_, i) => i == stream ? 1.0 : 0)]);

    private double Lower(double[] weights)
    {
        double refuted = 0, kept = 1;
        while (kept - refuted > 1e-7)
        {
            var middle = (refuted + kept) / 2;
            (refuted, kept) = Refutes(middle, weights) ? (middle, kept) : (refuted, middle);
        }

        return refuted;
    }

    /// <summary>Whether the capital ever reached 1/α in the game that a mean of <paramref name="mean"/> makes fair.</summary>
    private bool Refutes(double mean, double[] weights)
    {
        var capital = new double[streams.Length];
        for (var t = 0; t < streams[0].Count; t++)
        {
            var total = 0.0;
            for (var i = 0; i < streams.Length; i++)
            {
                var (value, bet) = streams[i][t];
                capital[i] += Math.Log(1 + (Math.Min(bet, LargestStake / mean) * (value - mean)));
                total += weights[i] * Math.Exp(Math.Min(capital[i], 700));
            }

            if (Math.Log(total) >= logTarget)
            {
                return true;
            }
        }

        return false;
    }
}
