using Quietune.Onnx.Format;
using static TorchSharp.torch;

namespace Quietune.Onnx.Factors;

/// <summary>Rows as a graph's inputs want them.</summary>
internal static class GraphInputs
{
    /// <summary>The tensors in the declared element types, their rows in the declared shape where that holds as many elements.</summary>
    /// <exception cref="ArgumentException">There are more or fewer tensors than inputs.</exception>
    public static IReadOnlyList<Tensor> Of(OnnxGraph graph, IReadOnlyList<Tensor> inputs)
    {
        if (inputs.Count != graph.Inputs.Count)
        {
            throw Refusal.OfArgument(graph.Path, $"expected one tensor for each of the inputs {string.Join(", ", graph.Inputs.Select(input => $"'{input.Name}' {input.ShapeText}"))}, got {inputs.Count}.");
        }

        return [.. graph.Inputs.Zip(inputs, Fitted)];
    }

    private static Tensor Fitted(OnnxValue declared, Tensor given)
    {
        var typed = declared.ElementType.Computed is { } type ? given.to_type(type) : given;
        var row = declared.Shape?.Skip(1).Select(axis => axis.Size ?? -1).ToArray();
        if (row is null || typed.dim() == 0 || declared.Shape!.Count == 0 || row.Count(size => size < 0) > 1 || (typed.dim() == row.Length + 1 && row.Zip(typed.shape[1..]).All(pair => pair.First < 0 || pair.First == pair.Second)))
        {
            return typed;
        }

        // A flat row of pixels for an image, say.
        var count = typed.shape[0] == 0 ? 0 : typed.numel() / typed.shape[0];
        var known = row.Where(size => size >= 0).Aggregate(1L, (product, size) => product * size);
        var fits = row.Any(size => size < 0) ? typed.dim() > row.Length + 1 && known > 0 && count % known == 0 : known == count;
        return fits && count > 0 ? typed.reshape([typed.shape[0], .. row]) : typed;
    }
}
