using TorchSharp;
using Quietune.Onnx.Format;
using static TorchSharp.torch;

namespace Quietune.Onnx.Factors;

/// <summary>Three rows of made-up inputs, for looking at a graph when there is no data.</summary>
internal static class MadeUpInputs
{
    private const long FreeSize = 8;
    private const int RowCount = 3;

    /// <summary>Waves for floats, zeros and ones for everything else, and 8 for a size that is free.</summary>
    /// <exception cref="ArgumentException">An input has no declared shape.</exception>
    public static IReadOnlyList<Tensor> Of(OnnxGraph graph) => [.. graph.Inputs.Select(input =>
    {
        var shape = input.Shape ?? throw Refusal.OfArgument(graph.Path, $"expected a declared shape for input '{input.Name}', or some public rows, got neither.");
        var sizes = shape.Skip(1).Select(axis => axis.Size ?? FreeSize).Prepend(RowCount).ToArray();
        var count = sizes.Aggregate(1.0, (product, size) => product * size);
        if (count * sizeof(float) > graph.LargestValueBytes)
        {
            throw Refusal.OfArgument(graph.Path, $"expected an input of at most {graph.LargestValueBytes} bytes, got '{input.Name}' {input.ShapeText}.");
        }

        var places = arange((long)count, dtype: ScalarType.Float32);
        var waves = (places * 1.7).sin();
        var type = input.ElementType.Computed ?? ScalarType.Float32;
        return (input.ElementType.IsFloating ? waves : waves.gt(0)).to_type(type).reshape(sizes);
    })];
}
