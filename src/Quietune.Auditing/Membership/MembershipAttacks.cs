namespace Quietune.Auditing.Membership;

/// <summary>Who was among the rows, from losses alone: each model is attacked in its turn, the others serve as shadow models.</summary>
/// <remarks>
/// Source: loss threshold: Yeom, Giacomelli, Fredrikson &amp; Jha 2018; likelihood ratio, online and offline: Carlini, Chien, Nasr, Song, Terzis &amp; Tramèr 2022 (LiRA),
/// sections V and VI, with one variance for all rows as they have it for few shadow models.
/// </remarks>
public static class MembershipAttacks
{
    private const double LeastDeviation = 1e-6;
    private const double LeastLoss = 1e-12;

    /// <summary>The attacks by name.</summary>
    public static IReadOnlyList<(string Name, Func<ShadowRuns, double[]> Scores)> All { get; } =
        [("loss threshold", LossThreshold), ("likelihood ratio, offline", Offline), ("likelihood ratio, online", Online)];

    /// <summary>A low loss speaks for membership.</summary>
    /// <returns>One score for each model and row, model after model.</returns>
    public static double[] LossThreshold(ShadowRuns runs) => [.. runs.Losses.SelectMany(losses => losses.Select(loss => -loss))];

    /// <summary>How far a row's confidence lies above that under models without it, in deviations.</summary>
    /// <inheritdoc cref="LossThreshold"/>
    public static double[] Offline(ShadowRuns runs) => Scores(runs, (value, _, without, _, spread) => (value - without) / spread);

    /// <summary>How much likelier a row's confidence is under models with it than under models without it.</summary>
    /// <inheritdoc cref="LossThreshold"/>
    public static double[] Online(ShadowRuns runs) => Scores(
        runs,
        (value, with, without, spreadWith, spread) => (Square((value - without) / spread) - Square((value - with) / spreadWith)) / 2);

    private static double[] Scores(ShadowRuns runs, Func<double, double, double, double, double, double> score)
    {
        var confidence = runs.Losses.Select(losses => Array.ConvertAll(losses, Confidence)).ToList();
        var scores = new double[runs.Count * runs.Rows];
        for (var target = 0; target < runs.Count; target++)
        {
            var with = Means(confidence, runs, target, isMember: true);
            var without = Means(confidence, runs, target, isMember: false);
            var (spreadWith, spread) = (Spread(confidence, runs, target, with, isMember: true), Spread(confidence, runs, target, without, isMember: false));
            for (var row = 0; row < runs.Rows; row++)
            {
                scores[(target * runs.Rows) + row] = score(confidence[target][row], with[row], without[row], spreadWith, spread);
            }
        }

        return scores;
    }

    /// <summary>log p/(1 − p) of the labelled class, from its loss −log p: near to normal over models.</summary>
    private static double Confidence(double loss) => -Math.Log(Math.Exp(Math.Clamp(loss, LeastLoss, 500)) - 1);

    /// <summary>The mean confidence of each row over the other models with or without it; over all others where there are none.</summary>
    private static double[] Means(List<double[]> confidence, ShadowRuns runs, int target, bool isMember) => [.. Enumerable.Range(0, runs.Rows).Select(row =>
        Others(runs, target).Where(model => runs.Members[model][row] == isMember).Select(model => confidence[model][row])
            .DefaultIfEmpty(Others(runs, target).Average(model => confidence[model][row])).Average())];

    /// <summary>One deviation for all rows, with the degrees of freedom that the means took.</summary>
    private static double Spread(List<double[]> confidence, ShadowRuns runs, int target, double[] means, bool isMember)
    {
        var sum = 0.0;
        long count = 0, rows = 0;
        for (var row = 0; row < runs.Rows; row++)
        {
            var models = Others(runs, target).Where(model => runs.Members[model][row] == isMember).ToList();
            sum += models.Sum(model => Square(confidence[model][row] - means[row]));
            count += models.Count;
            rows += models.Count > 0 ? 1 : 0;
        }

        return Math.Max(LeastDeviation, Math.Sqrt(sum / Math.Max(1, count - rows)));
    }

    private static IEnumerable<int> Others(ShadowRuns runs, int target) => Enumerable.Range(0, runs.Count).Where(model => model != target);

    private static double Square(double value) => value * value;
}
