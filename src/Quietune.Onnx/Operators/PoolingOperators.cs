using Quietune.Onnx.Execution;
using Quietune.Onnx.Format;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Quietune.Onnx.Operators;

/// <summary>Pools over one, two or three spatial axes, by a window or globally.</summary>
/// <remarks>Source: ONNX specification, "Operators".</remarks>
internal static class PoolingOperators
{
    /// <summary>Adds the family.</summary>
    public static void AddTo(OperatorTable table)
    {
        table.AddMany("MaxPool", Maximum);
        table.Add("AveragePool", Average);
        table.Add("LpPool", Norm);
        table.Add("MaxUnpool", Unpool, since: 9);
        table.Add("MaxRoiPool", MaximumOfRegions);
        table.Add("GlobalAveragePool", call => Spatial(call).mean(Axes(call), keepdim: true));
        table.Add("GlobalMaxPool", call => Spatial(call).amax(Axes(call), keepdim: true));
        table.Add("GlobalLpPool", call => Norms.Along(Spatial(call), call.Integer("p", 2), Axes(call)));
    }

    private static Tensor Spatial(NodeCall call)
    {
        var x = call.Input(0);
        call.Check(x.dim() >= 3, "an input with spatial axes", $"shape {Shapes.Text(x.shape)}");
        return x;
    }

    private static long[] Axes(NodeCall call) => [.. Enumerable.Range(2, (int)call.Input(0).dim() - 2).Select(axis => (long)axis)];

    private static Window ReadWindow(NodeCall call)
    {
        var x = Spatial(call);
        call.Check(x.dim() <= 5, "an input of 1 to 3 spatial axes", $"shape {Shapes.Text(x.shape)}");
        return Window.Read(call, x.shape[2..], call.Integers("kernel_shape") ?? throw call.Wrong("attribute 'kernel_shape'", "none"));
    }

    private static Tensor[] Maximum(NodeCall call)
    {
        var window = ReadWindow(call);
        var x = call.Input(0);
        var type = x.dtype;
        x = x.is_floating_point() ? x : x.to(ScalarType.Float32);
        var padded = window.Pad(call, x, double.NegativeInfinity);
        var (size, strides, dilations) = (window.Size, window.Strides, window.Dilations);
        if (!call.HasOutput(1))
        {
            var maximum = size.Length switch
            {
                1 => max_pool1d(padded, size[0], strides[0], 0, dilations[0]),
                2 => max_pool2d(padded, size, strides, [0, 0], dilations),
                _ => max_pool3d(padded, size, strides, [0, 0, 0], dilations),
            };
            return [maximum.to(type)];
        }

        var (y, place) = size.Length switch
        {
            1 => max_pool1d_with_indices(padded, size[0], strides[0], 0, dilations[0]),
            2 => max_pool2d_with_indices(padded, size, strides, [0, 0], dilations),
            _ => max_pool3d_with_indices(padded, size, strides, [0, 0, 0], dilations),
        };
        return [y.to(type), Places(place, x.shape, padded.shape[2..], window.Before, call.Flag("storage_order"))];
    }

    /// <summary>Places counted in a padded plane, as places counted in the whole input.</summary>
    private static Tensor Places(Tensor place, long[] shape, long[] padded, long[] before, bool columnsFirst)
    {
        var rank = padded.Length;
        var plane = shape[2..].Aggregate(1L, (product, size) => product * size);
        var planes = arange(shape[0] * shape[1], ScalarType.Int64).reshape([shape[0], shape[1], .. Enumerable.Repeat(1L, rank)]);
        var result = planes * plane;
        var step = columnsFirst ? plane : 1L;
        for (var i = rank - 1; i >= 0; i--)
        {
            step /= columnsFirst ? shape[i + 2] : 1;
            result += (place.remainder(padded[i]) - before[i]) * step;
            place = place.div(padded[i], RoundingMode.floor);
            step *= columnsFirst ? 1 : shape[i + 2];
        }

        return result;
    }

    private static Tensor Average(NodeCall call)
    {
        var window = ReadWindow(call);
        var x = call.Input(0);
        var mean = WindowMean(window.Pad(call, x, 0), window);
        if (window.Before.Concat(window.After).Concat(window.Overhang).All(count => count == 0))
        {
            return mean;
        }

        // The share of each window that counts: the input, and the padding when it is asked for, never the overhang.
        var counted = ones([1, 1, .. x.shape[2..]], x.dtype, x.device);
        var padding = call.Flag("count_include_pad") ? 1 : 0;
        counted = Window.Pad(call, Window.Pad(call, counted, window.Before, window.After, padding), new long[window.Size.Length], window.Overhang, 0);
        return mean / WindowMean(counted, window);
    }

    private static Tensor Norm(NodeCall call)
    {
        var window = ReadWindow(call);
        var power = call.Integer("p", 2);
        var mean = WindowMean(window.Pad(call, call.Input(0), 0).abs().pow(power), window);
        return Norms.Root(mean * window.Size.Aggregate(1L, (product, size) => product * size), power);
    }

    private static Tensor WindowMean(Tensor x, Window window)
    {
        var (size, strides) = (window.Size, window.Strides);
        if (!window.IsDilated)
        {
            return size.Length switch
            {
                1 => avg_pool1d(x, size[0], strides[0]),
                2 => avg_pool2d(x, size, strides),
                _ => avg_pool3d(x, size, strides),
            };
        }

        var shape = x.shape;
        var weight = full([1, 1, .. size], 1.0 / size.Aggregate(1L, (product, count) => product * count), x.dtype, x.device);
        var y = ConvolutionOperators.Convolve(x.reshape([shape[0] * shape[1], 1, .. shape[2..]]), weight, null, strides, new long[size.Length], window.Dilations, 1);
        return y.reshape([shape[0], shape[1], .. y.shape[2..]]);
    }

    private static Tensor Unpool(NodeCall call)
    {
        var (x, places) = (Spatial(call), call.Input(1));
        var rank = (int)x.dim() - 2;
        var size = call.Integers("kernel_shape") ?? throw call.Wrong("attribute 'kernel_shape'", "none");
        call.Check(size.Length == rank, $"a window of {rank} sizes", Shapes.Text(size));
        var strides = Window.Positive(call, "strides", rank);
        var pads = call.Integers("pads") ?? new long[2 * rank];
        call.Check(pads.Length == 2 * rank, $"{2 * rank} pads", Shapes.Text(pads));
        var natural = x.shape[2..].Select((count, i) => ((count - 1) * strides[i]) + size[i] - pads[i] - pads[rank + i]).ToArray();
        long[] shape = [x.shape[0], x.shape[1], .. natural];
        call.Reserve(shape, x.dtype);
        var y = zeros([shape.Aggregate(1L, (product, count) => product * count)], x.dtype, x.device).scatter(0, places.flatten(), x.flatten()).reshape(shape);
        if (call.OptionalIntegers(2) is not { } wanted)
        {
            return y;
        }

        call.Check(wanted.Length == shape.Length, $"an output shape of {shape.Length} sizes", Shapes.Text(wanted));
        return Window.Pad(call, y, new long[rank], [.. wanted[2..].Zip(natural, (want, have) => want - have)], 0);
    }

    /// <summary>Each region (batch index, left, top, right, bottom; both ends inside) is divided evenly, and each part gives its maximum.</summary>
    private static Tensor MaximumOfRegions(NodeCall call)
    {
        var (x, regions) = (call.Input(0), call.Input(1));
        var (scale, pooled) = (call.Single("spatial_scale", 1), call.Integers("pooled_shape") ?? []);
        call.Check(x.dim() == 4 && regions.dim() == 2 && regions.shape[1] == 5 && pooled.Length == 2 && pooled.All(size => size > 0), "images, regions of 5 numbers, and 2 pooled sizes", $"shapes {Shapes.Text(x.shape)}, {Shapes.Text(regions.shape)} and sizes {Shapes.Text(pooled)}");
        call.Reserve([regions.shape[0], x.shape[1], .. pooled], x.dtype);
        var numbers = regions.detach().to(ScalarType.Float64).cpu().contiguous().data<double>().ToArray();
        var parts = new List<Tensor>();
        for (var i = 0; i < numbers.Length; i += 5)
        {
            var image = x.select(0, (long)numbers[i]);
            var edges = numbers.AsSpan(i + 1, 4).ToArray().Select(edge => (long)Math.Round(edge * scale, MidpointRounding.AwayFromZero)).ToArray();
            foreach (var (top, bottom) in Parts(edges[1], edges[3], pooled[0], x.shape[2]))
            {
                foreach (var (left, right) in Parts(edges[0], edges[2], pooled[1], x.shape[3]))
                {
                    var part = image.slice(1, top, bottom, 1).slice(2, left, right, 1);
                    parts.Add(part.NumberOfElements == 0 ? zeros([x.shape[1]], x.dtype, x.device) : part.amax([1, 2]));
                }
            }
        }

        return stack(parts).reshape([-1, .. pooled, x.shape[1]]).permute(0, 3, 1, 2);
    }

    private static IEnumerable<(long Start, long End)> Parts(long first, long last, long count, long size)
    {
        var part = (double)Math.Max(last - first + 1, 1) / count;
        for (var i = 0; i < count; i++)
        {
            var start = Math.Clamp(first + (long)Math.Floor(i * part), 0, size);
            yield return (start, Math.Clamp(first + (long)Math.Ceiling((i + 1) * part), start, size));
        }
    }
}
