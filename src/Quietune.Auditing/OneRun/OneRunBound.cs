using MathNet.Numerics.Distributions;

namespace Quietune.Auditing.OneRun;

/// <summary>What right guesses about many canaries of one run prove of ε.</summary>
/// <remarks>
/// Guarantee: if each of m canaries is in or out by a fair coin and the mechanism is (ε, δ)-DP for each of them, the probability of v or more right guesses among r is at most
/// <see cref="PValue"/>, whatever the guesser does and wherever it abstains. Source: Steinke, Nasr &amp; Jagielski 2023, theorem 5.2 and corollary 5.4.
/// </remarks>
public static class OneRunBound
{
    private const double LargestEpsilon = 50;
    private const double Tolerance = 1e-6;

    /// <summary>β + 2mδ·max_i (f(v − i) − f(v))/i with f(v) = P[W ≥ v] = β and W ~ Binomial(r, e^ε/(1 + e^ε)).</summary>
    /// <param name="canaries">m.</param>
    /// <param name="guesses">r, from 1 to m.</param>
    /// <param name="right">v, from 0 to r.</param>
    /// <param name="epsilon">ε of the hypothesis, at least 0.</param>
    /// <param name="delta">δ of the hypothesis.</param>
    /// <exception cref="ArgumentOutOfRangeException">A count is outside its range.</exception>
    public static double PValue(int canaries, int guesses, int right, double epsilon, double delta)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(guesses, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(guesses, canaries);
        ArgumentOutOfRangeException.ThrowIfNegative(right);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(right, guesses);
        var law = new Binomial(1 / (1 + Math.Exp(-epsilon)), guesses);
        var tail = Enumerable.Range(right, guesses - right + 1).Sum(law.Probability);
        double below = 0, steepest = 0;
        for (var i = 1; i <= right; i++)
        {
            below += law.Probability(right - i);
            steepest = Math.Max(steepest, below / i);
        }

        return Math.Min(1, tail + (2 * canaries * delta * steepest));
    }

    /// <summary>The largest ε that the guesses refute; 0 if they refute none.</summary>
    /// <param name="canaries">m.</param>
    /// <param name="guesses">r.</param>
    /// <param name="right">v.</param>
    /// <param name="delta">δ.</param>
    /// <param name="confidence">In (0, 1).</param>
    public static double Lower(int canaries, int guesses, int right, double delta, double confidence)
    {
        double refuted = 0, kept = LargestEpsilon;
        while (kept - refuted > Tolerance)
        {
            var middle = (refuted + kept) / 2;
            (refuted, kept) = PValue(canaries, guesses, right, middle, delta) < 1 - confidence ? (middle, kept) : (refuted, middle);
        }

        return refuted;
    }
}
