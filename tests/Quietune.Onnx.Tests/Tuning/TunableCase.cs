using Quietune.Onnx.Tests.Building;
using static TorchSharp.torch;

namespace Quietune.Onnx.Tests.Tuning;

/// <summary>A graph whose per-row gradients are checked; its inputs have their rows first.</summary>
/// <param name="Name">What the graph shows.</param>
/// <param name="Opset">The version of ONNX's operators.</param>
/// <param name="Build">Makes the model, in the builder's element type.</param>
internal sealed record TunableCase(string Name, long Opset, Action<ModelBuilder> Build)
{
    /// <summary>The blocks expected to need one backward pass an example, separated by spaces.</summary>
    public string Slow { get; init; } = string.Empty;

    /// <summary>The biases expected to share their weight's block, separated by spaces.</summary>
    public string Joined { get; init; } = string.Empty;

    /// <summary>Whether ONNX Runtime takes these rows: it holds a file to the number of rows that it declares.</summary>
    public bool InRuntime { get; init; } = true;

    /// <summary>Whether rows go through the graph one by one.</summary>
    public bool RowByRow { get; init; }

    public ModelBuilder Model(ScalarType real = ScalarType.Float32)
    {
        var builder = new ModelBuilder(Opset, real);
        Build(builder);
        foreach (var (name, value) in builder.Inputs.Where(input => !builder.DeclaredShapes.ContainsKey(input.Key)))
        {
            builder.DeclaredShapes[name] = ["rows", .. value.shape.Skip(1).Select(size => $"{size}")];
        }

        return builder;
    }

    public override string ToString() => Name;
}
