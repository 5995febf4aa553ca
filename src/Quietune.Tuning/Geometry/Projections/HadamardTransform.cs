using System.Numerics;
using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Quietune.Tuning.Geometry.Projections;

/// <summary>The orthonormal Walsh–Hadamard transform along the last axis: n log n additions on the processor, products with small matrices elsewhere.</summary>
internal static class HadamardTransform
{
    // Products of this size are fast everywhere, and log₆₄ n of them make a transform of n.
    private const int Radix = 64;

    // One thread's share: small enough to spread, large enough to be worth waking a thread.
    private const int NumbersAtOnce = 1 << 16;

    /// <summary>The smallest power of two that is not below <paramref name="size"/>.</summary>
    public static long PaddedSize(long size) => (long)BitOperations.RoundUpToPowerOf2((ulong)size);

    /// <summary>Transforms [..., n], n a power of two; its own inverse.</summary>
    public static Tensor Of(Tensor x) => x.device.type == DeviceType.CPU && x.dtype == ScalarType.Float32 ? ByButterflies(x) : ByProducts(x);

    internal static Tensor ByProducts(Tensor x)
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

    private static Tensor ByButterflies(Tensor x)
    {
        var size = (int)x.shape[^1];
        var result = empty(x.shape).copy_(x);
        var rows = (int)(result.numel() / size);
        var rowsAtOnce = Math.Max(1, NumbersAtOnce / size);
        Parallel.For(0, (rows + rowsAtOnce - 1) / rowsAtOnce, chunk =>
        {
            var numbers = MemoryMarshal.Cast<byte, float>(result.bytes);
            for (var row = chunk * rowsAtOnce; row < Math.Min(rows, (chunk + 1) * rowsAtOnce); row++)
            {
                InPlace(numbers.Slice(row * size, size));
            }
        });
        return result;
    }

    private static void InPlace(Span<float> x)
    {
        var half = 1;
        for (; half < Math.Min(x.Length, Vector<float>.Count); half *= 2)
        {
            for (var start = 0; start < x.Length; start += 2 * half)
            {
                for (var i = start; i < start + half; i++)
                {
                    (x[i], x[i + half]) = (x[i] + x[i + half], x[i] - x[i + half]);
                }
            }
        }

        var scale = (float)(1 / Math.Sqrt(x.Length));
        if (x.Length < Vector<float>.Count)
        {
            foreach (ref var value in x)
            {
                value *= scale;
            }

            return;
        }

        var wide = MemoryMarshal.Cast<float, Vector<float>>(x);
        for (half = 1; half < wide.Length; half *= 2)
        {
            for (var start = 0; start < wide.Length; start += 2 * half)
            {
                var low = wide.Slice(start, half);
                var high = wide.Slice(start + half, half);
                for (var i = 0; i < low.Length; i++)
                {
                    var (a, b) = (low[i], high[i]);
                    low[i] = a + b;
                    high[i] = a - b;
                }
            }
        }

        foreach (ref var values in wide)
        {
            values *= scale;
        }
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
