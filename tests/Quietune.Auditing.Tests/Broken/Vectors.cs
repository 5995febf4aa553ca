using Quietune.Data;
using static TorchSharp.torch;

namespace Quietune.Auditing.Tests.Broken;

/// <summary>Vectors that a seed alone decides.</summary>
internal static class Vectors
{
    /// <summary>Random directions of one length, [m, T, k], float64.</summary>
    public static Tensor Random(ulong seed, long count, long rounds, long dimension, double length)
    {
        var drawn = Normal(seed, count, rounds, dimension);
        return drawn * (length / drawn.square().sum(-1, keepdim: true).sqrt());
    }

    /// <summary>Orthogonal directions of one length, the same in every round, [m, T, k], float64.</summary>
    public static Tensor Orthogonal(long count, long rounds, long dimension, double length) =>
        (eye(count, dimension, dtype: ScalarType.Float64) * length).unsqueeze(1).expand(count, rounds, dimension).clone();

    /// <summary>Normal numbers, by Box and Muller.</summary>
    public static Tensor Normal(ulong seed, params long[] shape)
    {
        var random = new SeededGenerator(seed);
        var values = Enumerable.Range(0, (int)shape.Aggregate(1L, (product, size) => product * size))
            .Select(_ => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble())).ToArray();
        return tensor(values, shape);
    }
}
