namespace Quietune.Tuning.Evaluation;

/// <summary>The two scores of the PhysioNet/Computing in Cardiology Challenge 2012 (Silva, Moody, Scott, Celi &amp; Mark 2012).</summary>
public static class ChallengeMetrics
{
    private const int Deciles = 10;

    // As the challenge did, so that a decile without predicted risk does not divide by zero.
    private const double DenominatorFloor = 0.001;

    /// <summary>Score 1: the smaller of sensitivity and positive predictivity when scores at or above the threshold count as positive. Higher is better.</summary>
    /// <param name="rows">Scored rows.</param>
    /// <param name="threshold">Fixed beforehand, on public rows: <see cref="BestThreshold"/>.</param>
    public static double Score1(ScoredRows rows, double threshold)
    {
        long hits = 0, named = 0;
        foreach (var tie in rows.FallingTies().TakeWhile(tie => tie.Score >= threshold))
        {
            hits += tie.Positives;
            named += tie.Positives + tie.Negatives;
        }

        return named == 0 ? 0 : Math.Min((double)hits / rows.Positives, (double)hits / named);
    }

    /// <summary>The threshold with the largest Score 1 on public rows; the largest such threshold.</summary>
    /// <remarks>Sensitivity and positive predictivity have the same numerator, so Score 1 is hits ÷ max(positives, rows named).</remarks>
    public static double BestThreshold(ScoredRows publicRows)
    {
        long hits = 0, named = 0;
        var (best, threshold) = (-1.0, double.PositiveInfinity);
        var positives = publicRows.Positives;
        foreach (var tie in publicRows.FallingTies())
        {
            hits += tie.Positives;
            named += tie.Positives + tie.Negatives;
            var score = (double)hits / Math.Max(positives, named);
            (best, threshold) = score > best ? (score, tie.Score) : (best, threshold);
        }

        return threshold;
    }

    /// <summary>Score 2: the Hosmer–Lemeshow H over deciles of predicted risk, divided by the range of the deciles' mean risk. Lower is better.</summary>
    /// <remarks>H = Σ (observed − expected)² / (n·π·(1 − π) + 0.001), π the mean risk of the decile. Infinite where every decile has the same risk.</remarks>
    /// <param name="rows">Scores are probabilities.</param>
    public static double Score2(ScoredRows rows)
    {
        var deciles = Calibration.EqualCount(rows, Deciles);
        var statistic = deciles.Sum(decile =>
        {
            var difference = decile.Count * (decile.Observed - decile.Predicted);
            return difference * difference / ((decile.Count * decile.Predicted * (1 - decile.Predicted)) + DenominatorFloor);
        });
        return statistic / (deciles[^1].Predicted - deciles[0].Predicted);
    }
}
