using System.Diagnostics;
using Quietune.Tuning.Geometry.Projections;
using Quietune.Tuning.Gradients;
using Quietune.Tuning.Models;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Quietune.Benchmarks;

/// <summary>What a projection of a large model's gradients costs beside its plain backward pass, and how much of the projection is held.</summary>
public static class ProjectionBenchmark
{
    private const long Dimension = 1024;
    private const int Classes = 10;
    private const double Mebibyte = 1 << 20;

    // Until the runtime has compiled what runs often once more.
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);

    private static readonly (string Name, Func<Module<Tensor, Tensor>> Network, long[] Row, int Rows)[] Networks =
    [
        ("perceptron", () => Chain(784, 2600, 2600, 800, Classes), [784], 128),
        ("perceptron over 49 positions", () => Sequential(Chain(512, 2048, 2048, 2048, 512), new PositionMean(), Linear(512, Classes)), [49, 512], 16),
        ("convolutions", Convolutions, [3, 32, 32], 32),
    ];

    private static readonly (string Name, Func<IReadOnlyList<ParameterBlock>, SubspaceGeometry> Make)[] Projections =
    [
        ("hadamard", blocks => RandomProjections.Hadamard(blocks, Dimension, 1)),
        ("sparse", blocks => RandomProjections.Sparse(blocks, Dimension, 1)),
        ("kronecker-projection", blocks => RandomProjections.Kronecker(blocks, Dimension, 1)),
    ];

    /// <summary>Measures and writes a Markdown table.</summary>
    /// <param name="options">Nothing, or <c>--pairs</c> and a number.</param>
    /// <param name="output">Where to.</param>
    /// <returns>The exit code.</returns>
    public static int Run(IReadOnlyList<string> options, TextWriter output)
    {
        var pairs = 15;
        if (options.Count > 0 && (options is not ["--pairs", var text] || !int.TryParse(text, out pairs) || pairs < 1))
        {
            Console.Error.WriteLine("Expected --pairs and a positive number.");
            return 2;
        }

        output.WriteLine($"{PrivatePassBenchmark.Machine()}; {get_num_threads()} threads; k = {Dimension}; {pairs} pairs; medians (quartiles).");
        output.WriteLine();
        output.WriteLine("| network | d, million | projection | backward, ms a row | projection, ms a row | ratio | held, MiB |");
        output.WriteLine("|---|---|---|---|---|---|---|");
        foreach (var (name, network, row, rows) in Networks)
        {
            using var model = new ModuleModel(network());
            foreach (var (kind, make) in Projections)
            {
                using var geometry = make(model.Blocks);
                var (backward, projection) = Measure(model, geometry, [rows, .. row], pairs);
                var ratio = Spread.Of(projection.Zip(backward, (numerator, denominator) => numerator / denominator));
                output.WriteLine(
                    $"| {name} | {model.ParameterCount / 1e6:0.0} | {kind} | {1000 * Spread.Of(backward).Median / rows:0.00} | {1000 * Spread.Of(projection).Median / rows:0.00} | {ratio} | {geometry.HeldBytes / Mebibyte:0.0} |");
            }
        }

        return 0;
    }

    /// <summary>Seconds of a backward pass through the whole network, and of the norms and the weighted sum of the projected factors of the same rows.</summary>
    private static (List<double> Backward, List<double> Projection) Measure(ModuleModel model, SubspaceGeometry geometry, long[] shape, int pairs)
    {
        var (backward, projection) = (new List<double>(), new List<double>());
        using var input = randn(shape);
        var start = Stopwatch.GetTimestamp();
        while (backward.Count < pairs)
        {
            using var scope = NewDisposeScope();
            var labels = arange(shape[0]).remainder(Classes).to_type(ScalarType.Float32);
            var loss = LossFunction.CrossEntropy.PerRow(model.Record([input]).Output, labels).mean();
            var backwardSeconds = Seconds(() => autograd.grad([loss], [.. model.Blocks.SelectMany(block => block.Bias is null ? [block.Weight] : new[] { block.Weight, block.Bias })]));
            var gradients = UnitGradients.Of(model, LossFunction.CrossEntropy, new([input], labels, null, shape[0]));
            using var quiet = no_grad();
            var projectionSeconds = Seconds(() =>
            {
                var units = geometry.Whiten(gradients);
                units.WeightedSum((1 / units.SquaredNorms().sqrt()).clamp_max(1));
            });
            if (Stopwatch.GetElapsedTime(start) > WarmUp)
            {
                backward.Add(backwardSeconds);
                projection.Add(projectionSeconds);
            }
        }

        return (backward, projection);
    }

    private static double Seconds(Action action)
    {
        var start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static Module<Tensor, Tensor> Chain(params ReadOnlySpan<long> sizes)
    {
        var layers = new List<Module<Tensor, Tensor>>();
        for (var i = 1; i < sizes.Length; i++)
        {
            layers.Add(Linear(sizes[i - 1], sizes[i]));
            layers.Add(ReLU());
        }

        return Sequential(layers[..^1]);
    }

    // Sixteen 3×3 convolutions with the widths and strides of an 18-layer residual network, 11 million parameters.
    private static Module<Tensor, Tensor> Convolutions()
    {
        var layers = new List<Module<Tensor, Tensor>>();
        long channels = 3;
        foreach (var width in new long[] { 64, 128, 256, 512 })
        {
            for (var i = 0; i < 4; i++)
            {
                layers.Add(Conv2d(channels, width, 3, stride: i == 0 && width > 64 ? 2 : 1, padding: 1, bias: false));
                layers.Add(ReLU());
                channels = width;
            }
        }

        return Sequential([.. layers, AdaptiveAvgPool2d(1), Flatten(), Linear(512, Classes)]);
    }

    private sealed class PositionMean() : Module<Tensor, Tensor>(nameof(PositionMean))
    {
        public override Tensor forward(Tensor input) => input.mean([1]);
    }
}
