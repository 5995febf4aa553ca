using TorchSharp;
using static TorchSharp.torch;

namespace Quietune.Onnx.Tests.Cases;

/// <summary>Convolutions and pools.</summary>
internal static class WindowCases
{
    public static IEnumerable<OperatorCase> All => [.. Convolutions, .. Transposed, .. Maxima, .. Averages, .. Global];

    private static IEnumerable<OperatorCase> Convolutions
    {
        get
        {
            yield return Conv("1d", 7, [2, 3, 9], [4, 3, 3], ("pads", Longs(1, 1)), ("strides", Longs(2)));
            yield return Conv("2d", 11, [2, 3, 7, 8], [4, 3, 3, 3], ("pads", Longs(1, 1, 1, 1)));
            yield return Conv("3d", 11, [1, 2, 5, 4, 6], [3, 2, 2, 3, 2], ("strides", Longs(1, 2, 1)), ("pads", Longs(0, 1, 1, 0, 1, 1)));
            yield return Conv("groups", 22, [2, 4, 6, 6], [6, 2, 3, 3], ("group", 2));
            yield return Conv("depthwise", 11, [2, 4, 6, 6], [4, 1, 3, 3], ("group", 4), ("dilations", Longs(2, 1)));
            yield return Conv("uneven pads", 11, [2, 3, 5, 6], [2, 3, 3, 2], ("pads", Longs(0, 1, 2, 0)), ("kernel_shape", Longs(3, 2)));
            foreach (var mode in new[] { "SAME_UPPER", "SAME_LOWER", "VALID" })
            {
                yield return Conv(mode, 11, [1, 2, 6, 7], [3, 2, 4, 3], ("auto_pad", mode), ("strides", Longs(2, 3)));
            }

            yield return new("Conv without bias", 13, model => model.Input("x", 2, 3, 6, 6).Weight("w", 4, 3, 1, 1).Node("Conv", "x w", "y"));
        }
    }

    private static IEnumerable<OperatorCase> Transposed
    {
        get
        {
            yield return Transpose("1d", [2, 3, 5], [3, 4, 3], ("strides", Longs(2)));
            yield return Transpose("2d", [2, 3, 4, 5], [3, 2, 3, 3], ("strides", Longs(2, 2)), ("pads", Longs(1, 1, 1, 1)), ("output_padding", Longs(1, 1)));
            yield return Transpose("3d", [1, 2, 3, 3, 3], [2, 2, 2, 2, 2], ("dilations", Longs(1, 2, 1)));
            yield return Transpose("groups", [2, 4, 4, 4], [4, 3, 2, 2], ("group", 2));
            yield return Transpose("uneven pads", [1, 2, 4, 4], [2, 2, 3, 3], ("pads", Longs(0, 1, 1, 0)), ("strides", Longs(2, 1)));
            yield return Transpose("output shape", [1, 2, 4, 4], [2, 2, 3, 3], ("output_shape", Longs(8, 9)), ("strides", Longs(2, 2)));
            yield return Transpose("same upper", [1, 2, 4, 4], [2, 2, 3, 3], ("auto_pad", "SAME_UPPER"), ("strides", Longs(2, 2)));
            yield return Transpose("same lower", [1, 2, 4, 4], [2, 2, 3, 3], ("auto_pad", "SAME_LOWER"), ("strides", Longs(2, 2)));
        }
    }

    private static IEnumerable<OperatorCase> Maxima
    {
        get
        {
            yield return Pool("MaxPool", "1d", 8, [2, 3, 9], ("kernel_shape", Longs(3)), ("strides", Longs(2)));
            yield return Pool("MaxPool", "2d", 7, [2, 3, 8, 8], ("kernel_shape", Longs(2, 2)), ("strides", Longs(2, 2)));
            yield return Pool("MaxPool", "3d", 12, [1, 2, 5, 5, 5], ("kernel_shape", Longs(2, 2, 2)), ("pads", Longs(1, 0, 0, 0, 1, 0)));
            yield return Pool("MaxPool", "ceiling", 10, [1, 2, 7, 6], ("kernel_shape", Longs(2, 3)), ("strides", Longs(2, 2)), ("ceil_mode", 1));
            yield return Pool("MaxPool", "dilated", 11, [1, 2, 7, 7], ("kernel_shape", Longs(2, 3)), ("dilations", Longs(3, 2)), ("pads", Longs(1, 1, 1, 1)));
            yield return Pool("MaxPool", "same upper", 12, [1, 2, 7, 7], ("kernel_shape", Longs(3, 2)), ("auto_pad", "SAME_UPPER"), ("strides", Longs(2, 2)));
            foreach (var order in new[] { 0, 1 })
            {
                yield return new($"MaxPool indices, order {order}", 12, model => model.Input("x", 2, 3, 6, 5).Node("MaxPool", "x", "y i", ("kernel_shape", Longs(3, 2)), ("strides", Longs(2, 1)), ("pads", Longs(1, 0, 0, 1)), ("storage_order", order)));
            }

            yield return new("MaxPool of bytes", 12, model => model.Input("x", tensor(new byte[] { 3, 200, 7, 9, 255, 0, 1, 2, 4 }).reshape(1, 1, 3, 3)).Node("MaxPool", "x", "y", ("kernel_shape", Longs(2, 2)))) { HasGradient = false };
            yield return new("MaxUnpool", 11, model => model.Input("x", 1, 2, 6, 6).Node("MaxPool", "x", "m i", ("kernel_shape", Longs(2, 2)), ("strides", Longs(2, 2))).Node("MaxUnpool", "m i", "y", ("kernel_shape", Longs(2, 2)), ("strides", Longs(2, 2))));
            yield return new("MaxRoiPool", 7, model => model.Input("x", 2, 3, 8, 8).Weight("r", tensor(new[] { 0.0, 0, 0, 7, 7, 1, 1, 2, 6, 5, 0, 3, 3, 4, 4 }).to(model.Real).reshape(3, 5)).Node("MaxRoiPool", "x r", "y", ("pooled_shape", Longs(2, 3)), ("spatial_scale", 1f))) { HasGradient = false };
        }
    }

    private static IEnumerable<OperatorCase> Averages
    {
        get
        {
            yield return Pool("AveragePool", "1d", 7, [2, 3, 9], ("kernel_shape", Longs(3)), ("strides", Longs(2)));
            yield return Pool("AveragePool", "2d pads", 7, [2, 3, 7, 7], ("kernel_shape", Longs(3, 2)), ("pads", Longs(1, 0, 1, 1)));
            yield return Pool("AveragePool", "pads counted", 11, [2, 3, 7, 7], ("kernel_shape", Longs(3, 2)), ("pads", Longs(1, 0, 1, 1)), ("count_include_pad", 1));
            yield return Pool("AveragePool", "3d", 11, [1, 2, 4, 5, 4], ("kernel_shape", Longs(2, 2, 3)));
            yield return Pool("AveragePool", "ceiling", 11, [1, 2, 7, 6], ("kernel_shape", Longs(2, 3)), ("strides", Longs(2, 2)), ("ceil_mode", 1));
            yield return Pool("AveragePool", "same lower", 19, [1, 2, 7, 7], ("kernel_shape", Longs(3, 2)), ("auto_pad", "SAME_LOWER"), ("strides", Longs(2, 2)));
            yield return Pool("AveragePool", "dilated", 19, [1, 2, 7, 7], ("kernel_shape", Longs(2, 2)), ("dilations", Longs(2, 3)), ("pads", Longs(1, 1, 1, 1)));
            yield return Pool("LpPool", "2d", 11, [1, 2, 7, 7], ("kernel_shape", Longs(3, 2)), ("p", 3));
            yield return Pool("LpPool", "ceiling", 18, [1, 2, 7, 7], ("kernel_shape", Longs(2, 2)), ("strides", Longs(2, 2)), ("p", 2));
        }
    }

    private static IEnumerable<OperatorCase> Global
    {
        get
        {
            foreach (var name in new[] { "GlobalAveragePool", "GlobalMaxPool", "GlobalLpPool" })
            {
                yield return Pool(name, "1d", 7, [2, 3, 5]);
                yield return Pool(name, "2d", 7, [2, 3, 4, 5]);
            }

            yield return Pool("GlobalLpPool", "3d", 7, [1, 2, 3, 3, 3], ("p", 3));
        }
    }

    private static OperatorCase Conv(string name, long opset, long[] input, long[] weight, params (string Name, object Value)[] attributes) =>
        new($"Conv {name}", opset, model => model.Input("x", input).Weight("w", weight).Weight("b", weight[0]).Node("Conv", "x w b", "y", attributes)) { Tolerance = 2e-5 };

    private static OperatorCase Transpose(string name, long[] input, long[] weight, params (string Name, object Value)[] attributes) =>
        new($"ConvTranspose {name}", 11, model => model.Input("x", input).Weight("w", weight).Weight("b", weight[1] * (name == "groups" ? 2 : 1)).Node("ConvTranspose", "x w b", "y", attributes)) { Tolerance = 2e-5 };

    private static OperatorCase Pool(string operatorName, string name, long opset, long[] input, params (string Name, object Value)[] attributes) =>
        new($"{operatorName} {name}", opset, model => model.Input("x", input).Node(operatorName, "x", "y", attributes));

    private static long[] Longs(params long[] values) => values;
}
