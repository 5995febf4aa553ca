using Quietune.Data;
using Quietune.Tuning.Evaluation;
using Quietune.Tuning.Gradients;
using Quietune.Tuning.Models;
using Quietune.Tuning.Planning;
using static TorchSharp.torch;

namespace Quietune.Cli.Jobs;

/// <summary>Chooses how public rows stand in for private ones, and what a rehearsal is to raise, by the kind of model and data.</summary>
internal static class Scenarios
{
    private const int MostStandIns = 5_000;

    /// <summary>The scenarios: changed images, drifting risk tables, or moved inputs.</summary>
    public static IReadOnlyList<Scenario> Of(TunableModel model, LossFunction loss, InMemoryExamples publicRows, long nominalSize)
    {
        var size = (int)Math.Min(nominalSize, MostStandIns);
        var isTable = publicRows.InputShapes.All(shape => shape.Length == 1);
        return AreImages(publicRows) ? ImageScenarios.Of(Filled(publicRows, size, ImageScenarios.EvaluationRows), size)
            : loss == LossFunction.Binary && isTable && !HasIndices(publicRows) ? TableScenarios.Of(model, publicRows, size)
            : MovedInputScenarios.Of(Filled(publicRows, size, MovedInputScenarios.EvaluationRows), size);
    }

    /// <summary>How public rows can be changed so that directions are learned from them; null for what is not an image.</summary>
    public static PublicChange? ChangeOf(InMemoryExamples publicRows) => AreImages(publicRows) ? PublicChanges.OfImages : null;

    /// <summary>What a rehearsal raises: AUROC for yes-or-no, accuracy for classes, otherwise the negative mean loss.</summary>
    public static Func<TunableModel, InMemoryExamples, double> Measure(LossFunction loss) =>
        loss == LossFunction.CrossEntropy ? Accuracy.Of
        : loss == LossFunction.Binary ? (model, rows) => RankMetrics.Auroc(Predictions.Of(model, rows))
        : (model, rows) => -MeanLoss.Of(model, loss, rows);

    /// <summary>The measure's name, for people.</summary>
    public static string MeasureName(LossFunction loss) => loss == LossFunction.CrossEntropy ? "accuracy" : loss == LossFunction.Binary ? "AUROC" : "negative mean loss";

    private static bool AreImages(InMemoryExamples rows) => rows.InputLengths.Count == 1 && rows.Shape is [1, > 7, > 7];

    /// <summary>Stand-ins from one half of the rows and evaluation rows from the other, drawn again where there are too few.</summary>
    private static InMemoryExamples Filled(InMemoryExamples rows, int standIns, int evaluation)
    {
        var half = rows.Count / 2;
        var random = new SeededGenerator(seed: 22);
        return rows.Select([.. Drawn(0, half, standIns), .. Drawn(half, rows.Count - half, evaluation)]);

        IEnumerable<int> Drawn(int start, int available, int count) =>
            Enumerable.Range(0, count).Select(i => start + (i < available ? i : random.Next(available)));
    }

    /// <summary>Whether some input is of indices, which must not be moved: whole numbers, and more than yes and no.</summary>
    private static bool HasIndices(InMemoryExamples rows)
    {
        var indices = rows.AreIndices();
        return rows.Features.Where((value, i) => indices[i % rows.ExampleLength]).Any(value => value is > 1 or < 0);
    }
}
