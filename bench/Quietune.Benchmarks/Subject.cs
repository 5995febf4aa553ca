using Quietune.Data;
using Quietune.Data.Generated;
using Quietune.Tuning.Geometry;
using Quietune.Tuning.Gradients;
using Quietune.Tuning.Models;
using Quietune.Tuning.Pretraining;
using TorchSharp;
using static TorchSharp.torch;

namespace Quietune.Benchmarks;

/// <summary>A network to measure a pass over digits with.</summary>
/// <param name="Name">What to call it on the command line and in the table.</param>
/// <param name="Network">Makes it, the same each time.</param>
public sealed record Subject(string Name, Func<nn.Module<Tensor, Tensor>> Network)
{
    /// <summary>The geometry of no private pass at all: a plain forward and backward pass.</summary>
    public const string Plain = "plain";

    private const string Identity = "identity";
    private const double Damping = 0.01;
    private const double Temperature = 0.3;
    private const int CurvatureRows = 2000;

    /// <summary>The networks of the bar.</summary>
    public static IReadOnlyList<Subject> All { get; } =
    [
        new("cnn-26010", () => Networks.DigitCnn(seed: 1)),
        new("mlp-784-256-128-10", () => Networks.Perceptron(seed: 1, 784, 256, 128, 10)),
    ];

    /// <summary>Geometries to measure: none, as most published methods have it, and the Kronecker eigenbasis, whole and cut to the strongest 1,000 coordinates.</summary>
    public static IReadOnlyList<string> Geometries { get; } = [Identity, "kronecker", "kronecker-1000"];

    /// <summary>The subject named so.</summary>
    /// <exception cref="ArgumentException">None is.</exception>
    public static Subject Named(string name) => All.FirstOrDefault(subject => subject.Name == name)
        ?? throw new ArgumentException($"Expected a network of {string.Join(", ", All.Select(subject => subject.Name))}, got {name}.", nameof(name));

    /// <summary>A geometry of <see cref="Geometries"/> for a model, from generated public digits; the caller disposes.</summary>
    public static IGeometry Geometry(string name, TunableModel model)
    {
        if (name == Identity)
        {
            return new IdentityGeometry(model.Blocks);
        }

        var rows = GeneratedDigits.Create(CurvatureRows, seed: 2);
        var random = new SeededGenerator(3);
        using var curvature = KroneckerCurvature.Of(model, LossFunction.CrossEntropy, Inputs(rows), Temperature, count => [.. Enumerable.Range(0, count).Select(_ => (float)random.NextDouble())]);
        return KroneckerGeometry.Of(curvature, Damping, name == "kronecker" ? null : long.Parse(name["kronecker-".Length..]));
    }

    private static IEnumerable<IReadOnlyList<Tensor>> Inputs(InMemoryExamples rows) =>
        rows.Read(500).Select(batch => TensorBatch.Of(batch, rows.InputShapes).Inputs);
}
