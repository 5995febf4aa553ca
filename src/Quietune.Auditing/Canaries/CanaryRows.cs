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

    /// <summary>Makes canaries, about equally many of each kind.</summary>
    /// <param name="model">At the parameters around which it is expanded.</param>
    /// <param name="loss">Its loss.</param>
    /// <param name="geometry">The whitening in which gradients are aligned.</param>
    /// <param name="rows">Public rows of the private rows' kind; different ones are used for each kind.</param>
    /// <param name="others">What the other rows' clipped gradients add up to, [k].</param>
    /// <param name="count">How many, at least 1.</param>
    public static IReadOnlyList<Canary> Of(TunableModel model, LossFunction loss, IGeometry geometry, InMemoryExamples rows, Tensor others, int count)
    {
        var aligned = count / 3;
        var mixed = (count - aligned) / 2;
        var mislabelled = count - aligned - mixed;
        var random = new SeededGenerator(seed: 31);
        return
        [
            .. Wrong(model, loss, rows, Drawn(mislabelled), Canary.Mislabelled),
            .. Wrong(model, loss, Mixed(rows, Drawn(mixed), random), [.. Enumerable.Range(0, mixed)], Canary.OutOfDistribution),
            .. Aligned(model, loss, geometry, rows, others, Drawn(Math.Min(rows.Count, CandidatesPerCanary * aligned)), aligned),
        ];

        List<int> Drawn(int needed) => [.. Enumerable.Range(0, needed).Select(_ => random.Next(rows.Count))];
    }

    /// <summary>Rows under the label that the model finds least likely.</summary>
    private static IEnumerable<Canary> Wrong(TunableModel model, LossFunction loss, InMemoryExamples rows, List<int> chosen, string kind)
    {
        if (chosen.Count == 0)
        {
            yield break;
        }

        var labels = WorstLabels(model, loss, rows.Select(chosen));
        foreach (var (row, label) in chosen.Zip(labels))
        {
            yield return new(kind, rows.Example(row).ToArray(), label);
        }
    }

    private static float[] WorstLabels(TunableModel model, LossFunction loss, InMemoryExamples rows)
    {
        using var scope = NewDisposeScope();
        var outputs = model.Forward(TensorBatch.Of(rows.Read(rows.Count).First(), rows.InputShapes).Inputs);
        if (loss == LossFunction.CrossEntropy)
        {
            return outputs.argmin(-1).to_type(ScalarType.Float32).data<float>().ToArray();
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
