using Quietune.Data;
using Quietune.Tuning.Geometry;
using Quietune.Tuning.Gradients;
using Quietune.Tuning.Models;
using static TorchSharp.torch;

namespace Quietune.Auditing.Canaries;

/// <summary>Makes canaries from public rows.</summary>
/// <remarks>Kinds after Jagielski, Ullman &amp; Oprea 2020, section 4, and Nasr et al. 2021, section 4: each is a row that a careless owner could hold.</remarks>
public static class CanaryRows
{
    private const int CandidatesPerCanary = 4;

    /// <summary>Makes canaries.</summary>
    /// <param name="model">At the parameters around which it is expanded.</param>
    /// <param name="loss">Its loss.</param>
    /// <param name="geometry">The whitening in which gradients are aligned.</param>
    /// <param name="rows">Public rows of the private rows' kind; different ones are used for each kind.</param>
    /// <param name="others">What the other rows' clipped gradients add up to, [k].</param>
    /// <param name="count">How many, at least 1.</param>
    /// <param name="kinds">Which kinds, about equally many of each.</param>
    public static IReadOnlyList<Canary> Of(
        TunableModel model, LossFunction loss, IGeometry geometry, InMemoryExamples rows, Tensor others, int count, IReadOnlyList<string> kinds)
    {
        var random = new SeededGenerator(seed: 31);
        var order = Enumerable.Range(0, rows.Count).ToArray();
        random.Shuffle(order.AsSpan());
        var next = 0;
        return [.. kinds.SelectMany((kind, i) =>
        {
            var needed = ((count * (i + 1)) / kinds.Count) - ((count * i) / kinds.Count);
            return kind switch
            {
                Canary.Mislabelled => Wrong(model, loss, rows, Drawn(needed), kind, random),
                Canary.OutOfDistribution => Wrong(model, loss, Mixed(rows, Drawn(needed), random), [.. Enumerable.Range(0, needed)], kind, random),
                Canary.GradientAligned => Aligned(model, loss, geometry, rows, others, Drawn(Math.Min(rows.Count, CandidatesPerCanary * needed)), needed),
                _ => throw new ArgumentException($"Expected a kind of {string.Join(", ", Canary.Kinds)}, got {kind}.", nameof(kinds)),
            };
        })];

        // Rows that were not taken before, as long as there are any.
        List<int> Drawn(int needed) => [.. Enumerable.Range(0, needed).Select(_ => order[next++ % order.Length])];
    }

    /// <summary>Rows under a label that the model does not give them.</summary>
    private static IEnumerable<Canary> Wrong(TunableModel model, LossFunction loss, InMemoryExamples rows, List<int> chosen, string kind, SeededGenerator random)
    {
        if (chosen.Count == 0)
        {
            yield break;
        }

        var labels = WrongLabels(model, loss, rows.Select(chosen), random);
        foreach (var (row, label) in chosen.Zip(labels))
        {
            yield return new(kind, rows.Example(row).ToArray(), label);
        }
    }

    private static float[] WrongLabels(TunableModel model, LossFunction loss, InMemoryExamples rows, SeededGenerator random)
    {
        using var scope = NewDisposeScope();
        var outputs = model.Forward(TensorBatch.Of(rows.Read(rows.Count).First(), rows.InputShapes).Inputs);
        if (loss == LossFunction.CrossEntropy)
        {
            // Any but the likeliest: one wrong class for all would pull them in one direction.
            var classes = (int)outputs.shape[^1];
            return [.. outputs.argmax(-1).data<long>().ToArray().Select(likeliest => (float)((likeliest + 1 + random.Next(Math.Max(1, classes - 1))) % classes))];
        }

        var flat = outputs.flatten();
        return (loss == LossFunction.Binary ? flat.lt(0).to_type(ScalarType.Float32)
            : loss == LossFunction.Squared ? flat + 10 * (flat.std() + 1)
            : (flat.exp() * 10).round() + 10).data<float>().ToArray();
    }

    /// <summary>Rows whose every feature comes from a row of its own, so that tokens stay tokens and pixels pixels.</summary>
    private static InMemoryExamples Mixed(InMemoryExamples rows, List<int> chosen, SeededGenerator random)
    {
        var features = new float[chosen.Count * rows.ExampleLength];
        for (var i = 0; i < features.Length; i++)
        {
            features[i] = rows.Features[(random.Next(rows.Count) * rows.ExampleLength) + (i % rows.ExampleLength)];
        }

        return new([.. rows.Shape], features, [.. chosen.Select(row => rows.Labels[row])]);
    }

    /// <summary>Of some rows under their own labels, those that lie closest to the others' direction.</summary>
    private static IEnumerable<Canary> Aligned(
        TunableModel model, LossFunction loss, IGeometry geometry, InMemoryExamples rows, Tensor others, List<int> candidates, int count)
    {
        if (count == 0)
        {
            return [];
        }

        using var scope = NewDisposeScope();
        using var lifted = geometry.Lift(others.to_type(ScalarType.Float32));
        var cosines = new List<float>();
        foreach (var batch in rows.Select(candidates).Read(Math.Min(256, model.LargestBatch)))
        {
            using var inner = NewDisposeScope();
            using var gradients = UnitGradients.Of(model, loss, TensorBatch.Of(batch, rows.InputShapes));
            using var quiet = no_grad();
            var dots = zeros([gradients.Units]);
            for (var i = 0; i < gradients.Layers.Count; i++)
            {
                dots.add_(gradients.Layers[i].Dots(lifted.Matrices[i]));
            }

            cosines.AddRange((dots / geometry.SquaredNorms(gradients).sqrt().clamp_min(1e-20)).data<float>().ToArray());
        }

        return candidates.Zip(cosines).OrderByDescending(pair => float.IsFinite(pair.Second) ? pair.Second : float.NegativeInfinity).Take(count)
            .Select(pair => new Canary(Canary.GradientAligned, rows.Example(pair.First).ToArray(), rows.Labels[pair.First]));
    }
}
