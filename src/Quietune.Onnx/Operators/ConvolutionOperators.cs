using Quietune.Onnx.Execution;
using Quietune.Onnx.Format;
using Quietune.Tuning.Models;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Quietune.Onnx.Operators;

/// <summary>Convolutions over one, two or three spatial axes, with groups.</summary>
/// <remarks>Source: ONNX specification, <c>Conv</c> and <c>ConvTranspose</c>.</remarks>
internal static class ConvolutionOperators
{
    /// <summary>Adds the family.</summary>
    public static void AddTo(OperatorTable table)
    {
        table.Add("Conv", Convolve);
        table.Add("ConvTranspose", Transposed);
    }

    /// <summary>A convolution without padding.</summary>
    public static Tensor Convolve(Tensor x, Tensor weight, Tensor? bias, long[] strides, long[] padding, long[] dilations, long groups) => strides.Length switch
    {
        1 => conv1d(x, weight, bias, strides[0], padding[0], dilations[0], groups),
        2 => conv2d(ImageLayout.ChannelsLast(x), weight, bias, strides, padding, dilations, groups),
        _ => conv3d(x, weight, bias, strides, padding, dilations, groups),
    };

    /// <summary>The window of a <c>Conv</c> node.</summary>
    /// <exception cref="InvalidDataException">The weight or the attributes do not fit the input.</exception>
    public static Window ReadWindow(NodeCall call)
    {
        var (x, weight) = (call.Input(0), call.Input(1));
        CheckRanks(call, x, weight);
        return Window.Read(call, x.shape[2..], weight.shape[2..]);
    }

    private static Tensor Convolve(NodeCall call)
    {
        var window = ReadWindow(call);
        var (x, weight) = (call.Input(0), call.Input(1));
        call.Reserve([x.shape[0], weight.shape[0], .. window.Positions], x.dtype);
        var isEven = window.Before.AsSpan().SequenceEqual(window.After);
        return Convolve(
            isEven ? x : window.Pad(call, x, 0),
            weight,
            call.Optional(2),
            window.Strides,
            isEven ? window.Before : new long[window.Before.Length],
            window.Dilations,
            call.Integer("group", 1));
    }

    /// <summary>What a <c>ConvTranspose</c> node cuts off all that its weight reaches; negative where zeros are added.</summary>
    /// <exception cref="InvalidDataException">The weight or the attributes do not fit the input.</exception>
    public static (long[] Before, long[] After) TransposedCut(NodeCall call) => ReadTransposed(call).Cut;

    private static ((long[] Before, long[] After) Cut, long[] Strides, long[] Dilations, long[] Full) ReadTransposed(NodeCall call)
    {
        var (x, weight) = (call.Input(0), call.Input(1));
        CheckRanks(call, x, weight);
        var rank = (int)x.dim() - 2;
        var strides = Window.Positive(call, "strides", rank);
        var dilations = Window.Positive(call, "dilations", rank);
        var extra = call.Integers("output_padding") ?? new long[rank];
        call.Check(extra.Length == rank && extra.All(count => count is >= 0 and < int.MaxValue), $"{rank} output_padding of at least 0", Shapes.Text(extra));

        // All that the weight reaches; the padding is then cut away.
        var full = new long[rank];
        for (var i = 0; i < rank; i++)
        {
            full[i] = (strides[i] * (x.shape[i + 2] - 1)) + ((weight.shape[i + 2] - 1) * dilations[i]) + 1;
        }

        return (TransposedPadding(call, x.shape[2..], full, strides, extra), strides, dilations, full);
    }

    private static Tensor Transposed(NodeCall call)
    {
        var ((before, after), strides, dilations, full) = ReadTransposed(call);
        var (x, weight) = (call.Input(0), call.Input(1));
        var rank = full.Length;
        var groups = call.Integer("group", 1);
        call.Reserve([x.shape[0], weight.shape[1] * Math.Max(1, groups), .. full], x.dtype);
        var y = rank switch
        {
            1 => conv_transpose1d(x, weight, null, strides[0], 0, 0, dilations[0], groups),
            2 => conv_transpose2d(x, weight, null, strides, [0, 0], [0, 0], dilations, groups),
            _ => conv_transpose3d(x, weight, null, strides, [0, 0, 0], [0, 0, 0], dilations, groups),
        };

        y = Window.Pad(call, y, [.. before.Select(count => -count)], [.. after.Select(count => -count)], 0);
        return call.Optional(2) is { } bias ? y + bias.reshape([-1, .. Enumerable.Repeat(1L, rank)]) : y;
    }

    /// <summary>What to cut off the full output; negative where zeros are added.</summary>
    private static (long[] Before, long[] After) TransposedPadding(NodeCall call, long[] input, long[] full, long[] strides, long[] extra)
    {
        var rank = input.Length;
        var mode = call.Text("auto_pad", "NOTSET");
        var wanted = call.Integers("output_shape");
        if (wanted is null && mode is "NOTSET" or "VALID")
        {
            var pads = mode == "VALID" ? new long[2 * rank] : call.Integers("pads") ?? new long[2 * rank];
            call.Check(pads.Length == 2 * rank && pads.All(count => count is >= 0 and < int.MaxValue), $"{2 * rank} pads of at least 0", Shapes.Text(pads));
            var after = pads[rank..].Zip(extra, (pad, more) => pad - more).ToArray();
            call.Check(full.Select((size, i) => size - pads[i] - after[i]).All(size => size > 0), $"pads smaller than the output {Shapes.Text(full)}", Shapes.Text(pads));
            return (pads[..rank], after);
        }

        wanted = wanted is null ? [.. input.Zip(strides, (size, stride) => size * stride)] : wanted[^Math.Min(rank, wanted.Length)..];
        call.Check(wanted.Length == rank && wanted.All(size => size is > 0 and < int.MaxValue), $"an output_shape of {rank} positive sizes", Shapes.Text(wanted));
        var total = full.Select((size, i) => size + extra[i] - wanted[i]).ToArray();
        var half = total.Select(count => count / 2).ToArray();
        var rest = total.Zip(half, (all, part) => all - part).ToArray();
        var (first, last) = mode == "SAME_UPPER" ? (half, rest) : (rest, half);
        return (first, [.. last.Zip(extra, (count, more) => count - more)]);
    }

    private static void CheckRanks(NodeCall call, Tensor x, Tensor weight)
    {
        call.Check(x.dim() is >= 3 and <= 5 && weight.dim() == x.dim(), "an input of 1 to 3 spatial axes and a weight of as many", $"shapes {Shapes.Text(x.shape)} and {Shapes.Text(weight.shape)}");
        var size = call.Integers("kernel_shape");
        call.Check(size is null || size.AsSpan().SequenceEqual(weight.shape.AsSpan(2)), $"kernel_shape {Shapes.Text(weight.shape[2..])}", Shapes.Text(size ?? []));
        call.Check(call.Integer("group", 1) is > 0 and < int.MaxValue, "a positive group", $"{call.Integer("group", 1)}");
    }
}
