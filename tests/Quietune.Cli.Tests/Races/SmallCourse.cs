using Quietune.Cli.Experiments.Races;
using Quietune.Cli.Terminals;
using Quietune.Data;
using Quietune.Privacy.Budgets;
using Quietune.Tuning.Models;
using Quietune.Tuning.Planning;
using Quietune.Tuning.Pretraining;

namespace Quietune.Cli.Tests.Races;

/// <summary>A race that takes a moment: a logistic model of two inputs, whose private rows lie on the other side of it.</summary>
internal sealed class SmallCourse : IDisposable
{
    private readonly ModuleModel model;
    private readonly PublicExpansion expansion;
    private readonly Rehearsal rehearsal;
    private readonly Rehearsal answer;

    public SmallCourse()
    {
        var publicRows = Points(400, seed: 1, slope: 0.5);
        var network = Networks.Perceptron(seed: 1, 2, 1);
        LogisticRegression.Fit(network, publicRows, penalty: 1);
        model = new(network);
        expansion = new(model, LossFunction.Binary, publicRows);
        var test = Points(1_000, seed: 2, slope: -1);
        rehearsal = new(expansion, [new("half turned", Points(200, seed: 3, slope: 0), Points(400, seed: 4, slope: 0))]);
        answer = new(expansion, [new("the answer", Points(200, seed: 10, slope: -1), test)]);
        Course = new("small", expansion, 200, rehearsal, Rows, () => Accuracy.Of(model, test));
    }

    public RaceCourse<double> Course { get; }

    public RaceCourse<double> WithOracle => Course with { Oracle = answer };

    /// <summary>Seeds whose rows were asked for.</summary>
    public List<ulong> Asked { get; } = [];

    public static RaceEntries Entries(int seeds, params string[] methods) => new(methods, [new PrivacyBudget(2, 1e-5)], seeds);

    public static IReadOnlyList<Raced<double>> Run(RaceCourse<double> course, RaceEntries entries) =>
        Race.Run(course, entries, new Terminal(TextWriter.Null, TextWriter.Null), TestContext.Current.CancellationToken);

    public void Dispose()
    {
        answer.Dispose();
        rehearsal.Dispose();
        expansion.Dispose();
        model.Dispose();
    }

    private InMemoryExamples Rows(ulong seed)
    {
        Asked.Add(seed);
        return Points(200, seed + 10, slope: -1);
    }

    // The outcome follows x₀ + slope·x₁.
    private static InMemoryExamples Points(int count, ulong seed, double slope)
    {
        var random = new SeededGenerator(seed);
        var (features, labels) = (new float[2 * count], new float[count]);
        for (var row = 0; row < count; row++)
        {
            var (x, y) = ((4 * random.NextDouble()) - 2, (4 * random.NextDouble()) - 2);
            (features[2 * row], features[(2 * row) + 1]) = ((float)x, (float)y);
            labels[row] = random.NextDouble() < 1 / (1 + Math.Exp(-3 * (x + (slope * y)))) ? 1 : 0;
        }

        return new([2], features, labels);
    }
}
