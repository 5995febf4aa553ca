using Quietune.Onnx.Format;
using TorchSharp;
using static TorchSharp.torch;

namespace Quietune.Onnx.Tests.Cases;

/// <summary>Compares tensors, and says by how much they differ.</summary>
internal static class Close
{
    /// <summary>Fails unless type and shape are equal, and elements differ by at most the tolerance times the larger of 1 and the value.</summary>
    public static void Equal(Tensor expected, Tensor actual, double tolerance, string what)
    {
        Assert.True(expected.dtype == actual.dtype, $"{what}: expected {expected.dtype}, got {actual.dtype}");
        Assert.True(expected.shape.SequenceEqual(actual.shape), $"{what}: expected shape {Shapes.Text(expected.shape)}, got {Shapes.Text(actual.shape)}");
        if (expected.NumberOfElements == 0)
        {
            return;
        }

        var (a, b) = (expected.to(ScalarType.Float64), actual.detach().to(ScalarType.Float64));
        var isSame = a.eq(b).logical_or(a.isnan().logical_and(b.isnan()));
        var error = where(isSame, zeros_like(a), (a - b).abs() / a.abs().clamp_min(1)).nan_to_num(double.PositiveInfinity).max().item<double>();
        Assert.True(error <= tolerance, $"{what}: largest error {error:g3} beyond {tolerance:g1}; expected {Values(a)}, got {Values(b)}");
    }

    private static string Values(Tensor tensor) => string.Join(" ", tensor.flatten().data<double>().Take(24).Select(value => $"{value:g5}"));
}
