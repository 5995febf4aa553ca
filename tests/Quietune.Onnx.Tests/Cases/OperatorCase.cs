using Quietune.Onnx.Tests.Building;
using static TorchSharp.torch;

namespace Quietune.Onnx.Tests.Cases;

/// <summary>A small model over one operator or a few.</summary>
/// <param name="Name">What the case shows.</param>
/// <param name="Opset">The version of ONNX's operators.</param>
/// <param name="Build">Makes the model, in the builder's element type.</param>
internal sealed record OperatorCase(string Name, long Opset, Action<ModelBuilder> Build)
{
    /// <summary>Whether gradients are compared with finite differences.</summary>
    public bool HasGradient { get; init; } = true;

    /// <summary>The largest difference from ONNX Runtime, relative to 1 or the value if larger.</summary>
    public double Tolerance { get; init; } = 1e-5;

    public ModelBuilder Model(ScalarType real)
    {
        var builder = new ModelBuilder(Opset, real);
        Build(builder);
        return builder;
    }

    public override string ToString() => $"{Name}, opset {Opset}";
}
