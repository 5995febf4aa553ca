using TorchSharp;
using static TorchSharp.torch;

namespace Quietune.Onnx.Tests.Building;

/// <summary>Seeded numbers that are the same on every machine.</summary>
/// <remarks>Source: Steele, Lea and Flood (2014), "Fast splittable pseudorandom number generators", section 5 (SplitMix64).</remarks>
internal sealed class RandomNumbers(ulong seed)
{
    private ulong state = seed;

    public ulong Next()
    {
        state += 0x9e3779b97f4a7c15;
        var mixed = (state ^ (state >> 30)) * 0xbf58476d1ce4e5b9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
        return mixed ^ (mixed >> 31);
    }

    /// <summary>A whole number from 0 to <paramref name="end"/> - 1.</summary>
    public int Below(int end) => (int)(Next() % (ulong)end);

    /// <summary>Standard normal doubles of a shape.</summary>
    public Tensor Normal(params long[] shape)
    {
        var values = new double[shape.Aggregate(1L, (product, size) => product * size)];
        for (var i = 0; i < values.Length; i++)
        {
            var (radius, angle) = (Math.Sqrt(-2 * Math.Log(1 - Uniform())), 2 * Math.PI * Uniform());
            values[i] = radius * Math.Cos(angle);
        }

        return tensor(values, shape, ScalarType.Float64);
    }

    private double Uniform() => (Next() >> 11) * (1.0 / (1UL << 53));
}
