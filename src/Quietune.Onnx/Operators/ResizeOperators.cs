using Quietune.Onnx.Execution;
using Quietune.Onnx.Format;
using static TorchSharp.torch;

namespace Quietune.Onnx.Operators;

/// <summary>Operators that sample a tensor at other places along its axes, axis by axis.</summary>
/// <remarks>Source: ONNX specification, <c>Resize</c> (versions 10 to 19) and <c>Upsample</c>.</remarks>
internal static class ResizeOperators
{
    private const int MostTaps = 4;

    /// <summary>Adds the family.</summary>
    public static void AddTo(OperatorTable table)
    {
        table.Add("Resize", Resize, since: 10);
        table.Add("Upsample", call => Sampled(call, new AxisSampling(call, isOld: true), Scales(call, call.Version < 9 ? call.Singles("scales") : Floats(call, 1)), null));
    }

    /// <summary>Version 10 knows scales alone, and counts places from corner to corner; later ones say how to count.</summary>
    private static Tensor Resize(NodeCall call)
    {
        if (call.Version < 11)
        {
            return Sampled(call, new AxisSampling(call, isOld: true), Scales(call, Floats(call, 1)), null);
        }

        var sizes = call.OptionalIntegers(3) is { Length: > 0 } given ? given : null;
        return Sampled(call, new AxisSampling(call, isOld: false), sizes is null ? Scales(call, Floats(call, 2)) : null, sizes);
    }

    private static Tensor Sampled(NodeCall call, AxisSampling sampling, float[]? scales, long[]? sizes)
    {
        var x = call.Input(0);
        var rank = (int)x.dim();
        var axes = call.Axes(call.Integers("axes") ?? [.. Enumerable.Range(0, rank).Select(axis => (long)axis)], rank);
        call.Check((scales?.Length ?? sizes!.Length) == axes.Length, $"{axes.Length} scales or sizes", $"{scales?.Length ?? sizes!.Length}");
        if (sizes is not null)
        {
            (scales, sizes) = FromSizes(call, x, axes, sizes);
        }

        sizes ??= [.. axes.Select((axis, i) => (long)Math.Clamp(Math.Floor((double)(x.shape[axis] * scales![i])), 0, int.MaxValue))];
        var region = sampling.UsesRegion ? Floats(call, 1) : null;
        call.Check(!sampling.UsesRegion || region?.Length == 2 * axes.Length, $"a region of {2 * axes.Length} numbers", $"{region?.Length ?? 0}");
        call.Reserve(x.shape.Select((size, axis) => Array.IndexOf(axes, axis) is >= 0 and var i ? Math.Max(size, sizes[i]) : size), x.dtype);
        Tensor? outside = null;
        for (var i = 0; i < axes.Length; i++)
        {
            var axis = axes[i];
            if (sizes[i] == x.shape[axis] && scales![i] == 1 && !sampling.UsesRegion)
            {
                continue;
            }

            call.Check(x.shape[axis] > 0, $"elements on axis {axis} to sample", "none");
            var samples = sampling.Sample(x.shape[axis], sizes[i], scales![i], region?[i] ?? 0, region?[i + axes.Length] ?? 1);
            x = Applied(x, axis, samples);
            if (sampling.UsesRegion)
            {
                var mask = tensor(samples.IsOutside, ScalarType.Bool).reshape(Along(rank, axis, sizes[i]));
                outside = outside is null ? mask : outside.logical_or(mask);
            }
        }

        return outside is null ? x : where(outside, full([], call.Single("extrapolation_value", 0), x.dtype), x);
    }

    private static Tensor Applied(Tensor x, long axis, AxisSamples samples)
    {
        if (samples.IsOutside.Length == 0)
        {
            return x.narrow(axis, 0, 0);
        }

        if (samples.Places.Length > MostTaps)
        {
            return AsProduct(x, axis, samples);
        }

        Tensor? sum = null;
        for (var tap = 0; tap < samples.Places.Length; tap++)
        {
            var part = x.index_select(axis, tensor(samples.Places[tap], ScalarType.Int64, x.device));
            if (samples.Weights is not null)
            {
                var type = x.is_floating_point() ? x.dtype : ScalarType.Float64;
                part = part * tensor(samples.Weights[tap], ScalarType.Float64, x.device).to(type).reshape(Along((int)x.dim(), axis, samples.Weights[tap].Length));
            }

            sum = sum is null ? part : sum + part;
        }

        return sum!.to(x.dtype);
    }

    /// <summary>Many taps are cheaper as one matrix [old, new].</summary>
    private static Tensor AsProduct(Tensor x, long axis, AxisSamples samples)
    {
        var type = x.is_floating_point() ? x.dtype : ScalarType.Float64;
        var (from, to) = (x.shape[axis], (long)samples.IsOutside.Length);
        var matrix = zeros([from * to], ScalarType.Float64, x.device);
        var column = arange(to, ScalarType.Int64, x.device);
        for (var tap = 0; tap < samples.Places.Length; tap++)
        {
            matrix.index_add_(0, (tensor(samples.Places[tap], ScalarType.Int64, x.device) * to) + column, tensor(samples.Weights![tap], ScalarType.Float64, x.device), 1);
        }

        var moved = x.to(type).transpose(axis, -1);
        var rows = moved.shape[..^1];
        return moved.reshape(rows.Aggregate(1L, (product, size) => product * size), from).mm(matrix.reshape(from, to).to(type)).reshape([.. rows, to]).transpose(axis, -1).to(x.dtype);
    }

    /// <summary>Sizes and the scales they make; under a policy one scale serves all axes.</summary>
    private static (float[] Scales, long[] Sizes) FromSizes(NodeCall call, Tensor x, long[] axes, long[] sizes)
    {
        call.Check(sizes.All(size => size is > 0 and < int.MaxValue), "positive sizes", Shapes.Text(sizes));
        var scales = sizes.Select((size, i) => (float)size / x.shape[axes[i]]).ToArray();
        var policy = call.Text("keep_aspect_ratio_policy", "stretch");
        if (policy == "stretch")
        {
            return (scales, sizes);
        }

        var scale = policy switch
        {
            "not_larger" => scales.Min(),
            "not_smaller" => scales.Max(),
            _ => throw call.Wrong("keep_aspect_ratio_policy stretch, not_larger or not_smaller", $"'{policy}'"),
        };
        return ([.. scales.Select(_ => scale)], [.. axes.Select(axis => (long)MathF.Floor((x.shape[axis] * scale) + 0.5f))]);
    }

    private static float[] Scales(NodeCall call, float[]? scales)
    {
        call.Check(scales is not null && scales.All(scale => float.IsFinite(scale) && scale > 0), "positive scales", scales is null ? "none" : string.Join(", ", scales));
        return scales!;
    }

    private static float[]? Floats(NodeCall call, int input) =>
        call.Optional(input) is { NumberOfElements: > 0 } values ? values.detach().to(ScalarType.Float32).cpu().contiguous().data<float>().ToArray() : null;

    private static long[] Along(int rank, long axis, long size)
    {
        var shape = Enumerable.Repeat(1L, rank).ToArray();
        shape[axis] = size;
        return shape;
    }
}
