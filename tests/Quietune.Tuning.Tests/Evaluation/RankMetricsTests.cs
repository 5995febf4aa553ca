using CsCheck;
using Quietune.Tuning.Evaluation;

namespace Quietune.Tuning.Tests.Evaluation;

public sealed class RankMetricsTests
{
    // Few distinct scores, so that ties of positives with negatives are common: a sort-order AUROC would differ.
    private static readonly Gen<(double[] Scores, float[] Labels)> Rows =
        Gen.Int[0, 5].Select(Gen.Bool).Array[2, 40].Select(pairs =>
            (pairs.Select(pair => pair.Item1 / 5.0).ToArray(), pairs.Select(pair => pair.Item2 ? 1f : 0f).ToArray()));

    [Fact]
    public void Auroc_AnyRows_CountsPairs() => Rows.Sample(rows =>
    {
        double won = 0;
        long pairs = 0;
        for (var i = 0; i < rows.Scores.Length; i++)
        {
            for (var j = 0; j < rows.Scores.Length; j++)
            {
                if (rows.Labels[i] == 1 && rows.Labels[j] == 0)
                {
                    pairs++;
                    won += rows.Scores[i] > rows.Scores[j] ? 1 : rows.Scores[i] == rows.Scores[j] ? 0.5 : 0;
                }
            }
        }

        Assert.Equal(won / pairs, RankMetrics.Auroc(ScoredRows.Of(rows.Scores, rows.Labels)), 1e-12);
    });

    [Fact]
    public void Auprc_AnyRows_SumsPrecisionOverStepsOfRecall() => Rows.Sample(rows =>
    {
        var positives = rows.Labels.Sum();
        double area = 0, recall = 0;
        foreach (var threshold in rows.Scores.Distinct().OrderDescending())
        {
            double named = rows.Scores.Count(score => score >= threshold);
            double hits = rows.Scores.Where((score, i) => score >= threshold && rows.Labels[i] == 1).Count();
            area += ((hits / positives) - recall) * (hits / named);
            recall = hits / positives;
        }

        Assert.Equal(positives == 0 ? double.NaN : area, RankMetrics.Auprc(ScoredRows.Of(rows.Scores, rows.Labels)), 1e-12);
    });

    [Fact]
    public void Metrics_WorkedExample_AreTheHandValues()
    {
        // Falling: .9+ .8- .7+ .7- .1-. Pairs of 2 × 3: .9 wins 3; .7 loses one, ties one, wins one: 4.5/6. Precision 1 at .9, 2/4 at .7.
        var rows = ScoredRows.Of([0.7, 0.9, 0.1, 0.8, 0.7], [1, 1, 0, 0, 0]);
        Assert.Equal(0.75, RankMetrics.Auroc(rows), 1e-15);
        Assert.Equal(0.75, RankMetrics.Auprc(rows), 1e-15);
        Assert.Equal(3 / 5.0, RankMetrics.Accuracy(rows, 0.7), 1e-15);
    }

    [Fact]
    public void Auroc_OneClass_IsNotANumber() => Assert.Equal(double.NaN, RankMetrics.Auroc(ScoredRows.Of([0.1, 0.2], [1, 1])));

    [Theory]
    [InlineData(double.NaN, 1f, "Row 2")]
    [InlineData(0.5, 2f, "got 0.5 and 2")]
    public void Of_BadRow_NamesIt(double score, float label, string part) =>
        Assert.Contains(part, Assert.Throws<ArgumentException>(() => ScoredRows.Of([0.5, score], [0, label])).Message, StringComparison.Ordinal);
}
