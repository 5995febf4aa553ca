using Quietune.Onnx.Execution;
using Quietune.Onnx.Format;
using TorchSharp;
using static TorchSharp.torch;

namespace Quietune.Onnx.Operators;

/// <summary>A window that slides over the spatial axes of an input, as convolutions and pools use it.</summary>
/// <remarks>Source: ONNX specification, <c>Conv</c> and <c>MaxPool</c>: attributes auto_pad, ceil_mode, dilations, pads, strides.</remarks>
internal sealed class Window
{
    private Window(long[] size, long[] strides, long[] dilations, long[] before, long[] after, long[] positions, long[] overhang)
    {
        Size = size;
        Strides = strides;
        Dilations = dilations;
        Before = before;
        After = after;
        Positions = positions;
        Overhang = overhang;
    }

    /// <summary>Elements of the window on each axis.</summary>
    public long[] Size { get; }

    /// <summary>Steps between positions.</summary>
    public long[] Strides { get; }

    /// <summary>Steps between elements.</summary>
    public long[] Dilations { get; }

    /// <summary>Padding before the input.</summary>
    public long[] Before { get; }

    /// <summary>Padding after the input, as the node asks.</summary>
    public long[] After { get; }

    /// <summary>How many positions there are: the output's sizes.</summary>
    public long[] Positions { get; }

    /// <summary>How far the last position reaches beyond the padding, where sizes are rounded up.</summary>
    public long[] Overhang { get; }

    /// <summary>Whether elements are not neighbours.</summary>
    public bool IsDilated => Dilations.Any(dilation => dilation != 1);

    /// <summary>Reads the window of a node.</summary>
    /// <param name="call">The node.</param>
    /// <param name="input">The spatial sizes of the input.</param>
    /// <param name="size">The window's sizes.</param>
    /// <exception cref="InvalidDataException">The attributes do not fit the input.</exception>
    public static Window Read(NodeCall call, long[] input, long[] size)
    {
        var rank = input.Length;
        var strides = Positive(call, "strides", rank);
        var dilations = Positive(call, "dilations", rank);
        call.Check(size.Length == rank && size.All(count => count is > 0 and < int.MaxValue), $"a window of {rank} positive sizes", Shapes.Text(size));
        var reach = size.Zip(dilations, (count, dilation) => ((count - 1) * dilation) + 1).ToArray();
        var (before, after) = Padding(call, input, reach, strides);
        var ceiling = call.Flag("ceil_mode");
        var (positions, overhang) = (new long[rank], new long[rank]);
        for (var i = 0; i < rank; i++)
        {
            var room = input[i] + before[i] + after[i] - reach[i];
            call.Check(room >= 0, $"an input of at least {reach[i] - before[i] - after[i]} elements on spatial axis {i}", $"{input[i]}");
            positions[i] = ((ceiling ? room + strides[i] - 1 : room) / strides[i]) + 1;

            // A position that would start in the padding after the input is left out.
            if (ceiling && (positions[i] - 1) * strides[i] >= input[i] + before[i])
            {
                positions[i]--;
            }

            overhang[i] = Math.Max(0, ((positions[i] - 1) * strides[i]) - room);
        }

        return new Window(size, strides, dilations, before, after, positions, overhang);
    }

    /// <summary>Sizes or steps from an attribute, 1 where it is missing.</summary>
    public static long[] Positive(NodeCall call, string name, int rank)
    {
        var values = call.Integers(name) ?? [.. Enumerable.Repeat(1L, rank)];
        call.Check(values.Length == rank && values.All(value => value is > 0 and < int.MaxValue), $"{rank} positive {name}", Shapes.Text(values));
        return values;
    }

    /// <summary>The input with the padding around it, so that the window never leaves it.</summary>
    public Tensor Pad(NodeCall call, Tensor input, double value) => Pad(call, input, Before, [.. After.Zip(Overhang, (after, over) => after + over)], value);

    /// <summary>An input with constants around its last axes.</summary>
    public static Tensor Pad(NodeCall call, Tensor input, long[] before, long[] after, double value)
    {
        if (before.All(count => count == 0) && after.All(count => count == 0))
        {
            return input;
        }

        var shape = input.shape;
        var first = shape.Length - before.Length;
        call.Reserve(shape.Select((size, i) => i < first ? size : size + before[i - first] + after[i - first]), input.dtype);
        return nn.functional.pad(input, [.. before.Zip(after).Reverse().SelectMany(pair => new[] { pair.First, pair.Second })], PaddingModes.Constant, value);
    }

    private static (long[] Before, long[] After) Padding(NodeCall call, long[] input, long[] reach, long[] strides)
    {
        var rank = input.Length;
        var mode = call.Text("auto_pad", "NOTSET");
        if (mode is "SAME_UPPER" or "SAME_LOWER")
        {
            var total = input.Select((size, i) => Math.Max(0, (((size + strides[i] - 1) / strides[i]) - 1) * strides[i] + reach[i] - size)).ToArray();
            var less = total.Select(count => count / 2).ToArray();
            var more = total.Zip(less, (all, half) => all - half).ToArray();
            return mode == "SAME_UPPER" ? (less, more) : (more, less);
        }

        call.Check(mode is "NOTSET" or "VALID", "auto_pad NOTSET, VALID, SAME_UPPER or SAME_LOWER", $"'{mode}'");
        var pads = mode == "VALID" ? null : call.Integers("pads");
        pads ??= new long[2 * rank];
        call.Check(pads.Length == 2 * rank && pads.All(count => count is >= 0 and < int.MaxValue), $"{2 * rank} pads of at least 0", Shapes.Text(pads));
        return (pads[..rank], pads[rank..]);
    }
}
