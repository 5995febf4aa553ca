using Quietune.Tuning.Gradients;
using Quietune.Tuning.Gradients.Rules;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Quietune.Tuning.Models;

/// <summary>A module with a factor rule, and the blocks that its parameters belong to.</summary>
internal sealed class ModuleLayer
{
    private readonly Func<ModuleLayer, Tensor, Tensor, IEnumerable<ParameterUse>> uses;
    private ParameterBlock? weight;
    private ParameterBlock? bias;

    private ModuleLayer(nn.Module<Tensor, Tensor> module, Tensor? weightTensor, Tensor? biasTensor, Func<ModuleLayer, Tensor, Tensor, IEnumerable<ParameterUse>> uses)
    {
        Module = module;
        WeightTensor = weightTensor;
        BiasTensor = biasTensor;
        this.uses = uses;
    }

    public nn.Module<Tensor, Tensor> Module { get; }

    public IEnumerable<ParameterBlock> Blocks => new[] { weight, bias }.OfType<ParameterBlock>();

    private Tensor? WeightTensor { get; }

    private Tensor? BiasTensor { get; }

    /// <summary>The layers of a module, with tied parameters sharing a block.</summary>
    /// <param name="root">The module.</param>
    /// <param name="trainable">Names of the parameters to tune, by native handle.</param>
    /// <param name="slow">Names of parameters that must not be recorded.</param>
    public static List<ModuleLayer> Of(nn.Module root, Dictionary<nint, string> trainable, IReadOnlySet<string> slow)
    {
        var layers = root.named_modules().Select(entry => entry.module).Prepend(root).Distinct().Select(Rule).OfType<ModuleLayer>().ToList();
        bool Tunes(Tensor? parameter) => parameter is not null && trainable.TryGetValue(parameter.Handle, out var name) && !slow.Contains(name);
        var blocks = new Dictionary<nint, ParameterBlock>();
        foreach (var tied in layers.Where(layer => Tunes(layer.WeightTensor)).GroupBy(layer => layer.WeightTensor!.Handle))
        {
            // A bias joins its weight only where neither is ever used without the other.
            var first = tied.First();
            var together = Tunes(first.BiasTensor) && tied.All(layer => layer.BiasTensor?.Handle == first.BiasTensor!.Handle)
                && layers.All(layer => layer.BiasTensor?.Handle != first.BiasTensor!.Handle || layer.WeightTensor?.Handle == tied.Key);
            var block = first.MakeBlock(trainable[tied.Key], together);
            foreach (var layer in tied)
            {
                layer.weight = block;
            }
        }

        foreach (var layer in layers.Where(layer => Tunes(layer.BiasTensor) && layer.weight?.Bias is null))
        {
            var handle = layer.BiasTensor!.Handle;
            if (!blocks.TryGetValue(handle, out var block))
            {
                block = new(trainable[handle], layer.BiasTensor, null, 1, layer.BiasTensor.numel(), 1, "bias: sum over positions");
                blocks.Add(handle, block);
            }

            layer.bias = block;
        }

        return [.. layers.Where(layer => layer.weight is not null || layer.bias is not null)];
    }

    /// <summary>The recorded uses of this layer's parameters in one call.</summary>
    public IEnumerable<ParameterUse> Uses(Tensor input, Tensor output) => uses(this, input, output);

    private static ModuleLayer? Rule(nn.Module module) => module switch
    {
        Linear linear => new(linear, linear.weight, linear.bias, (self, x, y) => self.Split(y, -1, block => new LinearUse(block, y, x))),
        Convolution { transposed: false, padding_mode: PaddingModes.Zeros } convolution when convolution.kernel_size.Length <= 2 && Padding(convolution) is { } padding =>
            new(convolution, convolution.weight, convolution.bias, (self, x, y) =>
                self.Split(y, 1, block => new ConvolutionUse(block, y, x, convolution.stride, padding, convolution.dilation))),
        Embedding embedding => new(embedding, embedding.weight, null, (self, x, y) => self.Split(y, -1, block => new EmbeddingUse(block, y, x))),
        LayerNorm norm => new(norm, norm.weight, norm.bias, (self, x, y) =>
        {
            var count = norm.normalized_shape.Length;
            return self.Affine(y, () => nn.functional.layer_norm(x, norm.normalized_shape, null, null, norm.eps), [.. Enumerable.Range(0, count).Select(i => y.dim() - count + i)]);
        }),
        GroupNorm norm => new(norm, norm.weight, norm.bias, (self, x, y) =>
            self.Affine(y, () => nn.functional.group_norm(x, norm.num_groups, null, null, norm.eps), [1])),
        BatchNorm norm when norm.track_running_stats => new(norm, norm.weight, norm.bias, (self, x, y) =>
            self.Affine(y, () => nn.functional.batch_norm(x, norm.running_mean, norm.running_var, null, null, training: false, eps: norm.eps), [1])),
        _ => null,
    };

    private static long[]? Padding(Convolution convolution)
    {
        if (convolution.padding_type is null)
        {
            return convolution.padding;
        }

        if (convolution.padding_type == TorchSharp.Padding.Valid)
        {
            return new long[convolution.kernel_size.Length];
        }

        // 'Same' pads one more at the end where dilation·(kernel − 1) is odd: no symmetric padding says that.
        var total = convolution.kernel_size.Zip(convolution.dilation, (kernel, dilation) => dilation * (kernel - 1)).ToArray();
        return total.All(pad => pad % 2 == 0) ? [.. total.Select(pad => pad / 2)] : null;
    }

    private ParameterBlock MakeBlock(string name, bool withBias)
    {
        var with = withBias ? BiasTensor : null;
        var shape = WeightTensor!.shape;
        return Module switch
        {
            Linear => new(name, WeightTensor, with, 1, shape[0], shape[1], "linear: input and output-gradient pairs"),
            Convolution convolution => new(name, WeightTensor, with, convolution.groups, shape[0] / convolution.groups, WeightTensor.numel() / shape[0], "convolution: linear over unfolded patches"),
            Embedding => new(name, WeightTensor, null, 1, shape[1], shape[0], "embedding: linear over one-hot rows", transposed: true),
            _ => new(name, WeightTensor, with, 1, WeightTensor.numel(), 1, "affine: elementwise product summed over positions"),
        };
    }

    private IEnumerable<ParameterUse> Split(Tensor output, long channelAxis, Func<ParameterBlock, ParameterUse> weightUse)
    {
        if (weight is not null)
        {
            yield return weightUse(weight);
        }

        if (bias is not null)
        {
            yield return new AffineUse(bias, output, null, [channelAxis < 0 ? output.dim() - 1 : channelAxis]);
        }
    }

    private IEnumerable<ParameterUse> Affine(Tensor output, Func<Tensor> normalise, IReadOnlyList<long> axes)
    {
        if (weight is not null)
        {
            using var quiet = no_grad();
            yield return new AffineUse(weight, output, normalise(), axes);
        }

        if (bias is not null)
        {
            yield return new AffineUse(bias, output, null, axes);
        }
    }
}
