using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Quietune.Tuning.Geometry.Projections;

/// <summary>Eight rows of numbers, a lane of each vector a row.</summary>
internal static class EightLanes
{
    /// <summary>How many rows.</summary>
    public const int Count = 8;

    /// <summary>Adds each lane to its row.</summary>
    /// <param name="lanes">[n], eight numbers each.</param>
    /// <param name="rows">[8, n].</param>
    public static void AddTo(ReadOnlySpan<Vector256<float>> lanes, Span<float> rows)
    {
        var (size, done) = (lanes.Length, 0);
        if (Avx.IsSupported)
        {
            Span<Vector256<float>> turned = stackalloc Vector256<float>[Count];
            for (; done + Count <= size; done += Count)
            {
                Transpose(lanes.Slice(done, Count), turned);
                for (var lane = 0; lane < Count; lane++)
                {
                    var part = rows.Slice((lane * size) + done, Count);
                    (Vector256.Create<float>(part) + turned[lane]).CopyTo(part);
                }
            }
        }

        for (; done < size; done++)
        {
            for (var lane = 0; lane < Count; lane++)
            {
                rows[(lane * size) + done] += lanes[done][lane];
            }
        }
    }

    private static void Transpose(ReadOnlySpan<Vector256<float>> x, Span<Vector256<float>> turned)
    {
        for (var half = 0; half < 2; half++)
        {
            // Two by two, then four by four, within halves of vectors; then the halves change places.
            var (a, b, c, d) = (x[4 * half], x[(4 * half) + 1], x[(4 * half) + 2], x[(4 * half) + 3]);
            var (low, high, nextLow, nextHigh) = (Avx.UnpackLow(a, b), Avx.UnpackHigh(a, b), Avx.UnpackLow(c, d), Avx.UnpackHigh(c, d));
            turned[4 * half] = Avx.Shuffle(low, nextLow, 0x44);
            turned[(4 * half) + 1] = Avx.Shuffle(low, nextLow, 0xEE);
            turned[(4 * half) + 2] = Avx.Shuffle(high, nextHigh, 0x44);
            turned[(4 * half) + 3] = Avx.Shuffle(high, nextHigh, 0xEE);
        }

        for (var i = 0; i < 4; i++)
        {
            (turned[i], turned[i + 4]) = (Avx.Permute2x128(turned[i], turned[i + 4], 0x20), Avx.Permute2x128(turned[i], turned[i + 4], 0x31));
        }
    }
}
