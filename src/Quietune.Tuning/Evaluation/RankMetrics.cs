namespace Quietune.Tuning.Evaluation;

/// <summary>Metrics of two classes that see only the order of the scores.</summary>
public static class RankMetrics
{
    /// <summary>Area under the receiver operating characteristic: the chance that a positive row outranks a negative one, ties counted half.</summary>
    /// <remarks>Source: Hanley &amp; McNeil 1982. NaN where a class has no row.</remarks>
    public static double Auroc(ScoredRows rows)
    {
        double above = 0, won = 0;
        long negatives = 0;
        foreach (var tie in rows.FallingTies())
        {
            won += tie.Negatives * (above + (0.5 * tie.Positives));
            above += tie.Positives;
            negatives += tie.Negatives;
        }

        return won / (above * negatives);
    }

    /// <summary>Area under the precision–recall curve by its steps, which is average precision; no interpolation.</summary>
    /// <remarks>Source: Davis &amp; Goadrich 2006 on why the points must not be joined by lines. NaN where there is no positive row.</remarks>
    public static double Auprc(ScoredRows rows)
    {
        double area = 0;
        long positives = 0, named = 0;
        foreach (var tie in rows.FallingTies())
        {
            positives += tie.Positives;
            named += tie.Positives + tie.Negatives;
            area += tie.Positives * ((double)positives / named);
        }

        return area / positives;
    }

    /// <summary>The share of rows on the right side of a threshold; a score at the threshold counts as positive.</summary>
    public static double Accuracy(ScoredRows rows, double threshold = 0.5)
    {
        var right = rows.FallingTies().Sum(tie => tie.Score >= threshold ? tie.Positives : tie.Negatives);
        return (double)right / rows.Total;
    }
}
