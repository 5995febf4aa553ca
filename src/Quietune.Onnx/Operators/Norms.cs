using static TorchSharp.torch;

namespace Quietune.Onnx.Operators;

/// <summary>Norms whose gradient at 0 is 0, as PyTorch's are.</summary>
/// <remarks>
/// Not <c>torch.linalg.vector_norm</c>: TorchSharp 0.107 hands it a scalar that may be finalised while the native code
/// still reads it, which was seen to fail with "Unknown scalar type".
/// </remarks>
internal static class Norms
{
    /// <summary>The norm along axes, which are kept with size 1.</summary>
    public static Tensor Along(Tensor x, long power, long[] axes) =>
        power == 1 ? x.abs().sum(axes, keepdim: true) : Root((power == 2 ? x.square() : x.abs().pow(power)).sum(axes, keepdim: true), power);

    /// <summary>The root of a sum of powers.</summary>
    public static Tensor Root(Tensor sum, long power)
    {
        var isZero = sum.eq(0);
        var safe = sum.masked_fill(isZero, 1);
        return (power == 2 ? safe.sqrt() : safe.pow(1.0 / power)).masked_fill(isZero, 0);
    }
}
