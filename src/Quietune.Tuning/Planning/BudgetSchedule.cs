namespace Quietune.Tuning.Planning;

/// <summary>How a budget is spread over rounds: each round's μ over the root mean square of all.</summary>
internal static class BudgetSchedule
{
    // An accountant composes a few kinds of round in seconds, and hundreds in minutes.
    private const int Levels = 4;

    /// <summary>w_t with Σ w_t² = rounds; it grows in up to four even ratios from the first round to the last.</summary>
    /// <param name="round">From 0.</param>
    /// <param name="rounds">How many there are.</param>
    /// <param name="growth">w of the last over w of the first, &gt; 0.</param>
    public static double WeightAt(int round, int rounds, double growth)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(growth);
        if (growth == 1 || rounds == 1)
        {
            return 1;
        }

        var levels = Math.Min(Levels, rounds);
        var square = Enumerable.Range(0, rounds).Sum(other => Math.Pow(Raw(other), 2)) / rounds;
        return Raw(round) / Math.Sqrt(square);

        double Raw(int at) => Math.Pow(growth, (double)((long)at * levels / rounds) / (levels - 1));
    }
}
