using Quietune.Data;

namespace Quietune.Tuning.Planning;

/// <summary>Scenarios for any real inputs: public rows as they are, and with some inputs moved, scaled or masked; labels stay.</summary>
/// <remarks>Nobody knows how the private rows differ; the changes stand for a range of answers. An input of nothing but whole numbers is taken for indices and left alone.</remarks>
public static class MovedInputScenarios
{
    /// <summary>Rows that each scenario is measured on.</summary>
    public const int EvaluationRows = 600;

    private static readonly IReadOnlyList<(string Name, double Share, double Move, double Spread)> Changes =
    [
        ("as they are", 0, 0, 0),
        ("a third of the inputs moved by half a deviation", 0.33, 0.5, 0),
        ("half of the inputs scaled", 0.5, 0, 0.5),
        ("most inputs moved and scaled", 0.8, 0.7, 0.3),
    ];

    /// <summary>Makes the scenarios.</summary>
    /// <param name="rows">Public rows in random order, <paramref name="standIns"/> and then <see cref="EvaluationRows"/> or more.</param>
    /// <param name="standIns">How many stand in for the private rows.</param>
    /// <exception cref="ArgumentException">There are too few rows.</exception>
    public static IReadOnlyList<Scenario> Of(InMemoryExamples rows, int standIns)
    {
        if (rows.Count < standIns + 1)
        {
            throw new ArgumentException($"Expected more than {standIns} public rows to rehearse on, got {rows.Count}.", nameof(rows));
        }

        var indices = rows.AreIndices();
        var changes = indices.All(isIndex => isIndex) ? Changes.Take(1) : Changes;
        return [.. changes.Index().Select(change => Make(rows, indices, standIns, change.Item, new SeededGenerator(seed: 23, (ulong)change.Index)))];
    }

    private static Scenario Make(InMemoryExamples rows, IReadOnlyList<bool> indices, int standIns, (string Name, double Share, double Move, double Spread) change, SeededGenerator random)
    {
        var width = rows.ExampleLength;
        var features = rows.Features.ToArray();
        for (var column = 0; column < width && change.Share > 0; column++)
        {
            if (random.NextDouble() >= change.Share || indices[column])
            {
                continue;
            }

            var (mean, deviation) = Moments(rows, column);
            var move = deviation * change.Move * Sign(random);
            var scale = 1 + (change.Spread * Sign(random));
            for (var row = 0; row < rows.Count; row++)
            {
                ref var value = ref features[(row * width) + column];
                value = (float)(mean + ((value - mean) * scale) + move);
            }
        }

        var changed = rows.With(features, [.. rows.Labels]);
        return new(change.Name, changed.Slice(0, standIns), changed.Slice(standIns, rows.Count - standIns));
    }

    private static (double Mean, double Deviation) Moments(InMemoryExamples rows, int column)
    {
        double sum = 0, squares = 0;
        for (var row = 0; row < rows.Count; row++)
        {
            double value = rows.Features[(row * rows.ExampleLength) + column];
            sum += value;
            squares += value * value;
        }

        var mean = sum / rows.Count;
        return (mean, Math.Sqrt(Math.Max(0, (squares / rows.Count) - (mean * mean))));
    }

    private static int Sign(SeededGenerator random) => random.Next(2) == 0 ? -1 : 1;
}
