using Quietune.Onnx.Execution;
using Quietune.Onnx.Format;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Quietune.Onnx.Operators;

/// <summary>Normalisations, by stored statistics or by those of the input.</summary>
/// <remarks>Source: ONNX specification, "Operators".</remarks>
internal static class NormalizationOperators
{
    /// <summary>Adds the family.</summary>
    public static void AddTo(OperatorTable table)
    {
        table.Add("BatchNormalization", Batch);
        table.Add("InstanceNormalization", Instance);
        table.Add("GroupNormalization", Group, since: 18);
        table.AddMany("LayerNormalization", Layer, since: 17);
        table.Add("RMSNormalization", RootMeanSquare, since: 23);
        table.Add("LRN", LocalResponse);
        table.Add("LpNormalization", Norm);
        table.Add("MeanVarianceNormalization", MeanVariance, since: 9);
    }

    private static Tensor Batch(NodeCall call)
    {
        call.Check(!call.Flag("training_mode") && (call.Version >= 14 || call.OutputCount == 1), "inference mode, with stored statistics", "training mode");
        var (x, mean, variance, epsilon) = (call.Input(0), call.Input(3), call.Input(4), call.Single("epsilon", 1e-5f));
        if (call.Version < 9 && !call.Flag("spatial", true))
        {
            return ((x - mean) / (variance + epsilon).sqrt() * call.Input(1)) + call.Input(2);
        }

        if (mean.requires_grad || variance.requires_grad)
        {
            // Torch's own has no gradient for the statistics.
            return ((x - PerChannel(mean, x)) * PerChannel((variance + epsilon).rsqrt() * call.Input(1), x)) + PerChannel(call.Input(2), x);
        }

        return batch_norm(x, mean, variance, call.Input(1), call.Input(2), training: false, eps: epsilon);
    }

    private static Tensor Instance(NodeCall call)
    {
        var x = call.Input(0);
        call.Check(x.dim() >= 3, "an input with spatial axes", $"shape {Shapes.Text(x.shape)}");
        var normal = Standardized(x, From(2, x), call.Single("epsilon", 1e-5f));
        return (normal * PerChannel(call.Input(1), x)) + PerChannel(call.Input(2), x);
    }

    /// <summary>Scale and bias are one number a group before version 21, then one a channel.</summary>
    private static Tensor Group(NodeCall call)
    {
        var x = call.Input(0);
        var groups = call.Integer("num_groups", 0);
        call.Check(x.dim() >= 2 && groups > 0 && x.shape[1] % groups == 0, "channels that divide into num_groups", $"{groups} groups for shape {Shapes.Text(x.shape)}");
        var grouped = x.reshape([x.shape[0], groups, -1]);
        var normal = Standardized(grouped, [2], call.Single("epsilon", 1e-5f));
        return call.Version < 21
            ? ((normal * PerChannel(call.Input(1), grouped)) + PerChannel(call.Input(2), grouped)).reshape(x.shape)
            : (normal.reshape(x.shape) * PerChannel(call.Input(1), x)) + PerChannel(call.Input(2), x);
    }

    private static Tensor[] Layer(NodeCall call)
    {
        var (x, scale, bias) = (call.Input(0), call.Input(1), call.Optional(2));
        var axis = call.Axis(call.Integer("axis", -1), x.dim());
        var epsilon = call.Single("epsilon", 1e-5f);
        var shape = x.shape[axis..];
        var isPlain = scale.shape.AsSpan().SequenceEqual(shape) && (bias is null || bias.shape.AsSpan().SequenceEqual(shape));
        if (isPlain && call.OutputCount == 1)
        {
            return [layer_norm(x, shape, scale, bias, epsilon)];
        }

        var axes = From(axis, x);
        var mean = x.mean(axes, keepdim: true);
        var inverse = ((x - mean).square().mean(axes, keepdim: true) + epsilon).rsqrt();
        var y = (x - mean) * inverse * scale;
        return [bias is null ? y : y + bias, mean, inverse];
    }

    private static Tensor RootMeanSquare(NodeCall call)
    {
        var x = call.Input(0);
        var axes = From(call.Axis(call.Integer("axis", -1), x.dim()), x);
        return x * (x.square().mean(axes, keepdim: true) + call.Single("epsilon", 1e-5f)).rsqrt() * call.Input(1);
    }

    private static Tensor LocalResponse(NodeCall call)
    {
        var x = call.Input(0);
        var size = call.Integer("size", 0);
        call.Check(x.dim() >= 2 && size is > 0 and < int.MaxValue, "channels and a positive size", $"shape {Shapes.Text(x.shape)} and size {size}");
        var before = (size - 1) / 2;
        var square = x.square().transpose(1, -1);
        square = Window.Pad(call, square, [before], [size - 1 - before], 0);
        var sum = square.unfold(-1, size, 1).sum(-1).transpose(1, -1);
        return x / (call.Single("bias", 1) + (sum * (call.Single("alpha", 1e-4f) / size))).pow(call.Single("beta", 0.75f));
    }

    private static Tensor Norm(NodeCall call)
    {
        var x = call.Input(0);
        var axis = call.Axis(call.Integer("axis", -1), x.dim());
        var norm = Norms.Along(x, call.Integer("p", 2), [axis]);
        return x / norm.masked_fill(norm.eq(0), 1);
    }

    private static Tensor MeanVariance(NodeCall call)
    {
        var x = call.Input(0);
        var axes = call.Axes(call.Integers("axes") ?? [0, 2, 3], x.dim());
        var centred = x - x.mean(axes, keepdim: true);
        return centred / (centred.square().mean(axes, keepdim: true).sqrt() + 1e-9);
    }

    private static Tensor Standardized(Tensor x, long[] axes, double epsilon)
    {
        var centred = x - x.mean(axes, keepdim: true);
        return centred * (centred.square().mean(axes, keepdim: true) + epsilon).rsqrt();
    }

    private static Tensor PerChannel(Tensor parameter, Tensor x) => parameter.reshape([1, -1, .. Enumerable.Repeat(1L, (int)x.dim() - 2)]);

    private static long[] From(int axis, Tensor x) => [.. Enumerable.Range(axis, (int)x.dim() - axis).Select(index => (long)index)];
}
