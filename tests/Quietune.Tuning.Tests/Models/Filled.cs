using static TorchSharp.torch;

namespace Quietune.Tuning.Tests.Models;

/// <summary>Tensors and parameters that a seed alone decides, whatever other tests draw at the same time.</summary>
internal static class Filled
{
    /// <summary>Normal numbers of a shape.</summary>
    public static Tensor Normal(ulong seed, params long[] shape)
    {
        using var generator = new Generator(seed);
        return randn(shape, generator: generator);
    }

    /// <summary>Whole numbers in [0, <paramref name="limit"/>) of a shape, as float32.</summary>
    public static Tensor Indices(ulong seed, long limit, params long[] shape)
    {
        using var generator = new Generator(seed);
        return rand(shape, generator: generator).mul(limit).floor();
    }

    /// <summary>Sets every parameter to normal numbers, and stored statistics to uneven positive ones.</summary>
    public static nn.Module<Tensor, Tensor> Parameters(nn.Module<Tensor, Tensor> module, ulong seed = 1, double scale = 0.5)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        foreach (var parameter in module.parameters())
        {
            parameter.copy_(Normal(seed++, parameter.shape) * scale);
        }

        foreach (var (name, buffer) in module.named_buffers())
        {
            if (name.EndsWith("running_mean", StringComparison.Ordinal) || name.EndsWith("running_var", StringComparison.Ordinal))
            {
                buffer.copy_(Normal(seed++, buffer.shape).abs() + 0.5);
            }
        }

        return module;
    }
}
