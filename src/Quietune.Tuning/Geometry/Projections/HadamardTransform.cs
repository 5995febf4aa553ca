using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Quietune.Tuning.Models;
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
    public static Tensor Of(Tensor x) => IsPlain(x) ? Turned(empty(x.shape).copy_(x)) : ByProducts(x);

    /// <summary>The transform of x∘signs with zeros appended along the last axis.</summary>
    /// <param name="x">[..., n].</param>
    /// <param name="signs">Broadcast over x.</param>
    /// <param name="size">A power of two, at least n.</param>
    public static Tensor Of(Tensor x, Tensor signs, long size)
    {
        if (!IsPlain(x))
        {
            return ByProducts(Padded(x * signs, size));
        }

        var count = x.shape[^1];
        var result = empty([.. x.shape[..^1], size]);
        result.narrow(-1, 0, count).copy_(x).mul_(signs);
        if (size > count)
        {
            result.narrow(-1, count, size - count).zero_();
        }

        return Turned(result);
    }

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

    /// <summary>Whether a tensor is one that the processor transforms by butterflies.</summary>
    internal static bool IsPlain(Tensor x) => x.device.type == DeviceType.CPU && x.dtype == ScalarType.Float32;

    /// <summary>Transforms every row in place, by butterflies.</summary>
    private static Tensor Turned(Tensor result)
    {
        var size = (int)result.shape[^1];
        var rows = (int)(result.numel() / size);
        var rowsAtOnce = Math.Max(1, NumbersAtOnce / size);
        TensorNumbers.InParallel((rows + rowsAtOnce - 1) / rowsAtOnce, result.numel(), chunk =>
        {
            var numbers = TensorNumbers.Of(result);
            for (var row = chunk * rowsAtOnce; row < Math.Min(rows, (chunk + 1) * rowsAtOnce); row++)
            {
                InPlace(numbers.Slice(row * size, size));
            }
        });
        return result;
    }

    /// <summary>Transforms a row in place; a power of two of numbers.</summary>
    internal static void InPlace(Span<float> x)
    {
        var scale = (float)(1 / Math.Sqrt(x.Length));
        if (x.Length < Vector256<float>.Count)
        {
            for (var half = 1; half < x.Length; half *= 2)
            {
                for (var start = 0; start < x.Length; start += 2 * half)
                {
                    for (var i = start; i < start + half; i++)
                    {
                        (x[i], x[i + half]) = (x[i] + x[i + half], x[i] - x[i + half]);
                    }
                }
            }

            foreach (ref var value in x)
            {
                value *= scale;
            }

            return;
        }

        var wide = MemoryMarshal.Cast<float, Vector256<float>>(x);
        foreach (ref var values in wide)
        {
            values = WithinEight(values) * scale;
        }

        // Two stages at a time, for each number is then read and written half as often.
        var stride = 1;
        for (; 4 * stride <= wide.Length; stride *= 4)
        {
            for (var start = 0; start < wide.Length; start += 4 * stride)
            {
                var first = wide.Slice(start, stride);
                var second = wide.Slice(start + stride, stride);
                var third = wide.Slice(start + (2 * stride), stride);
                var fourth = wide.Slice(start + (3 * stride), stride);
                for (var i = 0; i < first.Length; i++)
                {
                    var (sum, difference) = (first[i] + second[i], first[i] - second[i]);
                    var (otherSum, otherDifference) = (third[i] + fourth[i], third[i] - fourth[i]);
                    first[i] = sum + otherSum;
                    second[i] = difference + otherDifference;
                    third[i] = sum - otherSum;
                    fourth[i] = difference - otherDifference;
                }
            }
        }

        if (stride < wide.Length)
        {
            var low = wide[..stride];
            var high = wide[stride..];
            for (var i = 0; i < low.Length; i++)
            {
                (low[i], high[i]) = (low[i] + high[i], low[i] - high[i]);
            }
        }
    }

    /// <summary>The three stages within eight numbers: each takes its partner, and itself with the sign of its place.</summary>
    private static Vector256<float> WithinEight(Vector256<float> x)
    {
        x = Vector256.Shuffle(x, Vector256.Create(1, 0, 3, 2, 5, 4, 7, 6)) + (x * Vector256.Create(1f, -1, 1, -1, 1, -1, 1, -1));
        x = Vector256.Shuffle(x, Vector256.Create(2, 3, 0, 1, 6, 7, 4, 5)) + (x * Vector256.Create(1f, 1, -1, -1, 1, 1, -1, -1));
        return Vector256.Shuffle(x, Vector256.Create(4, 5, 6, 7, 0, 1, 2, 3)) + (x * Vector256.Create(1f, 1, 1, 1, -1, -1, -1, -1));
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
