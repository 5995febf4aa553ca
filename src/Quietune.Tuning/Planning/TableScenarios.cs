using Quietune.Data;
using Quietune.Tuning.Evaluation;
using Quietune.Tuning.Models;

namespace Quietune.Tuning.Planning;

/// <summary>Scenarios for standardised tables with a yes-or-no outcome: public rows as they are, and generated rows of patients who differ.</summary>
/// <remarks>
/// A generated row is a public row, drawn with a bias towards a subgroup, moved, and with some inputs masked. Its label is drawn from a
/// teacher: part of the pretrained model's logit, and part of a random linear logit that is uncorrelated with it, with an intercept that sets
/// how common the outcome is. The correlation of teacher and model says how wrong the model is, of itself and by drift. Nobody knows how the
/// private rows differ from the public ones; the scenarios stand for a range of answers.
/// </remarks>
public static class TableScenarios
{
    /// <summary>Rows that each scenario is measured on.</summary>
    public const int EvaluationRows = 2000;

    /// <summary>How often each kind of difference is invented anew: what a random drift does to a model differs so much from the next that one of each would decide by luck.</summary>
    public const int Repeats = 3;

    // A logit of this deviation makes an AUROC of about 0.8, as risk scores have.
    private const double TeacherDeviation = 1.25;
    private const double SubgroupStrength = 0.7;
    private const double MaskedShare = 0.1;
    private const double HighestPrevalence = 0.4;

    private static readonly IReadOnlyList<Difference> Differences =
    [
        new("as they are", 1, 1, Moved: 0),
        new("another subgroup", 0.98, 1.5, Moved: 0),
        new("drift, a more common outcome, moved inputs", 0.92, 3, Moved: 0.3),
        new("drift, a more common outcome, another subgroup", 0.88, 3, Moved: 0),
        new("strong drift, moved inputs", 0.75, 1.5, Moved: 0.2),
    ];

    /// <summary>How far a model of these public rows can be trusted: few outcomes make a poor model, from which much is to be gained.</summary>
    /// <remarks>
    /// An estimate of k numbers from E events keeps about E/(E + k) of its variance as truth. Tables of measurements have some forty directions
    /// that matter (k is their number, not the number of columns, since a penalty holds the rest down).
    /// </remarks>
    /// <param name="publicRows">Public rows; labels 0 or 1.</param>
    public static double ReliabilityOf(InMemoryExamples publicRows)
    {
        const double directions = 45;
        var positives = publicRows.Labels.Count(label => label == 1);
        var events = Math.Max(1, Math.Min(positives, publicRows.Count - positives));
        return Math.Sqrt(events / (events + directions));
    }

    /// <summary>Makes the scenarios; the model is left as it is.</summary>
    /// <param name="model">The pretrained model, with one logit.</param>
    /// <param name="publicRows">Standardised public rows; none is private.</param>
    /// <param name="nominalSize">How many rows stand in for the private ones.</param>
    /// <param name="reliability">Correlation of the model's logit with what it would be after endless public rows, in (0, 1]: <see cref="ReliabilityOf"/>.</param>
    /// <param name="seed">A public seed.</param>
    /// <exception cref="ArgumentOutOfRangeException">The reliability is outside its range.</exception>
    public static IReadOnlyList<Scenario> Of(TunableModel model, InMemoryExamples publicRows, int nominalSize, double reliability = 0.9, ulong seed = 1)
    {
        if (reliability is not (> 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(reliability), $"Expected reliability in (0, 1], got {reliability}.");
        }

        return [.. Enumerable.Repeat(Differences, Repeats).SelectMany(differences => differences).Select((difference, i) => Make(
            model,
            publicRows,
            nominalSize,
            difference.Correlation < 1 ? difference with { Correlation = difference.Correlation * reliability } : difference,
            new SeededGenerator(seed, (ulong)i)))];
    }

    private static Scenario Make(TunableModel model, InMemoryExamples publicRows, int nominalSize, Difference difference, SeededGenerator generator)
    {
        var width = publicRows.ExampleLength;
        var features = Inputs(publicRows, nominalSize + EvaluationRows, difference, generator);
        var logits = Logits(model, publicRows.With(features, new float[nominalSize + EvaluationRows]));
        var unknown = Without(logits, Directional(features, width, Normal(width, generator)));
        var teacher = logits.Zip(unknown, (known, other) => TeacherDeviation * ((difference.Correlation * known) + (Math.Sqrt(1 - (difference.Correlation * difference.Correlation)) * other))).ToArray();
        var prevalence = Math.Min(HighestPrevalence, difference.PrevalenceFactor * publicRows.Labels.Average());
        var intercept = Intercept(teacher, prevalence);
        var labels = teacher.Select(logit => generator.NextDouble() < Logistic(logit + intercept) ? 1f : 0f).ToArray();
        var rows = publicRows.With(features, labels);
        return new(difference.Name, rows.Slice(0, nominalSize), rows.Slice(nominalSize, EvaluationRows));
    }

    private static float[] Inputs(InMemoryExamples publicRows, int count, Difference difference, SeededGenerator generator)
    {
        var width = publicRows.ExampleLength;
        var preference = Directional(publicRows.Features, width, Normal(width, generator));
        var strength = difference.Correlation < 1 ? SubgroupStrength : 0;
        var cumulative = new double[publicRows.Count];
        for (var row = 0; row < cumulative.Length; row++)
        {
            cumulative[row] = (row == 0 ? 0 : cumulative[row - 1]) + Math.Exp(strength * preference[row]);
        }

        var moves = Normal(width, generator);
        var masked = Enumerable.Range(0, width).Select(_ => difference.Moved > 0 && generator.NextDouble() < MaskedShare).ToArray();
        var features = new float[checked(count * width)];
        for (var row = 0; row < count; row++)
        {
            var drawn = Array.BinarySearch(cumulative, generator.NextDouble() * cumulative[^1]);
            var source = publicRows.Example(Math.Min(drawn < 0 ? ~drawn : drawn, publicRows.Count - 1));
            var target = features.AsSpan(row * width, width);
            for (var column = 0; column < width; column++)
            {
                target[column] = masked[column] ? 0 : source[column] + (float)(difference.Moved * moves[column]);
            }
        }

        return features;
    }

    /// <summary>The model's logits, scaled to deviation 1.</summary>
    private static double[] Logits(TunableModel model, InMemoryExamples rows)
    {
        var logits = rows.Read(EvaluationRows)
            .SelectMany(batch => Predictions.Probabilities(model, batch, rows.InputShapes))
            .Select(probability => Math.Log(Math.Max(probability, double.Epsilon) / Math.Max(1 - probability, 1e-16)))
            .ToArray();
        return Standardised(logits);
    }

    /// <summary>The rows' places along a direction, scaled to deviation 1.</summary>
    private static double[] Directional(float[] features, int width, double[] direction)
    {
        var places = new double[features.Length / width];
        for (var row = 0; row < places.Length; row++)
        {
            var example = features.AsSpan(row * width, width);
            for (var column = 0; column < width; column++)
            {
                places[row] += example[column] * direction[column];
            }
        }

        return Standardised(places);
    }

    /// <summary>What a standardised logit has that another has not, scaled to deviation 1.</summary>
    private static double[] Without(double[] known, double[] other)
    {
        var shared = known.Zip(other, (one, two) => one * two).Average();
        return Standardised([.. known.Zip(other, (one, two) => two - (shared * one))]);
    }

    private static double[] Standardised(double[] values)
    {
        var mean = values.Average();
        var deviation = Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));
        return [.. values.Select(value => deviation > 0 ? (value - mean) / deviation : 0)];
    }

    // Marsaglia & Bray 1964, for public numbers that need no secrecy.
    private static double[] Normal(int count, SeededGenerator generator)
    {
        var values = new double[count];
        for (var i = 0; i < count; i++)
        {
            double x, square;
            do
            {
                x = (2 * generator.NextDouble()) - 1;
                var y = (2 * generator.NextDouble()) - 1;
                square = (x * x) + (y * y);
            }
            while (square is >= 1 or 0);

            values[i] = x * Math.Sqrt(-2 * Math.Log(square) / square);
        }

        return values;
    }

    /// <summary>The intercept at which the mean probability is the prevalence, by bisection.</summary>
    private static double Intercept(double[] logits, double prevalence)
    {
        double low = -50, high = 50;
        for (var i = 0; i < 60; i++)
        {
            var middle = (low + high) / 2;
            (low, high) = logits.Average(logit => Logistic(logit + middle)) < prevalence ? (middle, high) : (low, middle);
        }

        return (low + high) / 2;
    }

    private static double Logistic(double logit) => 1 / (1 + Math.Exp(-logit));

    private sealed record Difference(string Name, double Correlation, double PrevalenceFactor, double Moved);
}
