using System.Numerics;
using static TorchSharp.torch;

namespace Quietune.Tuning.Geometry.Projections;

/// <summary>The orthonormal Walsh–Hadamard transform along the last axis, as a few products with small matrices.</summary>
internal static class HadamardTransform
{
    // Products of this size are fast everywhere, and log₆₄ n of them make a transform of n.
    private const int Radix = 64;

    /// <summary>The smallest power of two that is not below <paramref name="size"/>.</summary>
    public static long PaddedSize(long size) => (long)BitOperations.RoundUpToPowerOf2((ulong)size);

    /// <summary>Transforms [..., n], n a power of two; its own inverse.</summary>
    public static Tensor Of(Tensor x)
    {
        var (shape, size) = (x.shape, x.shape[^1]);
        long done = 1;
        while (done < size)
        {
            var radix = Math.Min(Radix, size / done);
            var matrix = Matrix(radix, x.device);
            x = done == 1 ? x.reshape(-1, radix).mm(matrix) : matrix.matmul(x.reshape(-1, radix, done));
            done *= radix;
        }

        return x.reshape(shape);
    }

    /// <summary>Zeros appended along the last axis.</summary>
    public static Tensor Padded(Tensor x, long size)
    {
        var missing = size - x.shape[^1];
        return missing == 0 ? x : nn.functional.pad(x, [0, missing]);
    }

    private static Tensor Matrix(long size, Device device)
    {
        var entries = new float[size * size];
        var scale = (float)(1 / Math.Sqrt(size));
        for (var i = 0; i < size; i++)
        {
            for (var j = 0; j < size; j++)
            {
                entries[(i * size) + j] = (BitOperations.PopCount((uint)(i & j)) & 1) == 0 ? scale : -scale;
            }
        }

        return tensor(entries, [size, size], device: device);
    }
}
