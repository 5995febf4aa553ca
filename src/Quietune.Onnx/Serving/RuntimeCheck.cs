using Quietune.Onnx.Factors;
using TorchSharp;
using static TorchSharp.torch;

namespace Quietune.Onnx.Serving;

/// <summary>Compares a model file in ONNX Runtime with our own run of it, on public rows.</summary>
public static class RuntimeCheck
{
    /// <summary>The tolerance where the model computes in float or double.</summary>
    public const double FloatTolerance = 1e-4;

    /// <summary>The tolerance where it computes in half precision, whose unit is 2^-8 at its coarsest (bfloat16), over a few operators.</summary>
    public const double HalfTolerance = 3e-2;

    // Below this size an output is as good as zero.
    private const double SmallestOutput = 1e-6;

    /// <summary>The largest difference over all float outputs of the graph.</summary>
    /// <param name="path">The model file.</param>
    /// <param name="publicRows">One tensor for each input, rows first.</param>
    /// <exception cref="ArgumentException">The rows do not fit the model.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file cannot be run, by us or by ONNX Runtime.</exception>
    public static RuntimeDifference Compare(string path, IReadOnlyList<Tensor> publicRows)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var file = OnnxModelFile.Load(path);
        using var session = new RuntimeSession(path);
        var graph = file.Graph;
        var rows = GraphInputs.Of(graph, publicRows);
        var tolerance = file.Initializers.Values.Any(initializer => initializer.ElementType is ElementType.Float16 or ElementType.BFloat16) ? HalfTolerance : FloatTolerance;
        var worst = new RuntimeDifference(string.Empty, 0, 0, tolerance);
        foreach (var inputs in Batches(graph, rows))
        {
            using var batch = NewDisposeScope();
            var ours = graph.Run(inputs);
            foreach (var (name, theirs) in session.Run(inputs))
            {
                var found = Difference(path, name, ours[name], theirs, tolerance);
                worst = found.LargestRelative > worst.LargestRelative ? found : worst;
            }
        }

        return worst;
    }

    /// <summary>How far one output lies from another; what is no number on one side alone is infinitely far.</summary>
    internal static RuntimeDifference Difference(string path, string name, Tensor ours, Tensor theirs, double tolerance)
    {
        if (!ours.shape.SequenceEqual(theirs.shape))
        {
            throw Refusal.Of(path, $"expected output '{name}' of shape [{string.Join(", ", ours.shape)}] in ONNX Runtime, got [{string.Join(", ", theirs.shape)}].");
        }

        if (ours.numel() == 0)
        {
            return new(name, 0, 0, tolerance);
        }

        var (a, b) = (ours.to_type(ScalarType.Float64), theirs.to_type(ScalarType.Float64));
        var isSame = a.eq(b).logical_or(a.isnan().logical_and(b.isnan()));
        var absolute = (a - b).abs().masked_fill(isSame, 0).nan_to_num(double.PositiveInfinity).max().item<double>();
        var size = a.abs().nan_to_num(0, 0, 0).max().item<double>();
        return new(name, absolute, absolute / Math.Max(size, SmallestOutput), tolerance);
    }

    /// <summary>All rows at once, or as many at a time as the file fixes.</summary>
    private static IEnumerable<Dictionary<string, Tensor>> Batches(OnnxGraph graph, IReadOnlyList<Tensor> rows)
    {
        var count = rows.Count == 0 || rows[0].dim() == 0 ? 1 : rows[0].shape[0];
        var size = graph.Inputs.Select(input => input.Shape is [{ Size: { } declared }, ..] ? declared : (long?)null).FirstOrDefault(declared => declared is not null) ?? count;
        for (long start = 0; start < count; start += Math.Max(1, size))
        {
            var chosen = tensor([.. Enumerable.Range(0, (int)Math.Max(1, size)).Select(i => (start + i) % count)]);
            yield return graph.Inputs.Zip(rows).ToDictionary(pair => pair.First.Name, pair => pair.Second.dim() == 0 ? pair.Second : pair.Second.index_select(0, chosen));
        }
    }
}
