namespace Quietune.Tuning.Evaluation;

/// <summary>Proper scoring rules for predicted probabilities of a positive outcome.</summary>
public static class ProbabilityMetrics
{
    // The smallest probability that a float32 sigmoid is trusted to tell from zero; a sure and wrong prediction costs 16.6 nats, not infinity.
    private const double Floor = 6e-8;

    /// <summary>Mean squared difference of probability and outcome (Brier 1950).</summary>
    public static double Brier(ScoredRows rows) => Mean(rows, (probability, outcome) => Square(probability - (outcome ? 1 : 0)));

    /// <summary>Mean negative log-likelihood in nats; probabilities are kept within [6e-8, 1 − 6e-8].</summary>
    public static double LogLoss(ScoredRows rows) =>
        Mean(rows, (probability, outcome) => -Math.Log(Math.Clamp(outcome ? probability : 1 - probability, Floor, 1 - Floor)));

    private static double Square(double value) => value * value;

    private static double Mean(ScoredRows rows, Func<double, bool, double> score)
    {
        double sum = 0;
        for (var i = 0; i < rows.Scores.Length; i++)
        {
            sum += rows.Counts[i] == 0 ? 0 : rows.Counts[i] * score(rows.Scores[i], rows.Outcomes[i]);
        }

        return sum / rows.Total;
    }
}
