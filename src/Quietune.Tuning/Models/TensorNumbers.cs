using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Quietune.Tuning.Models;

/// <summary>The memory of float32 tensors on the processor, for work that libtorch has no operation for.</summary>
internal static class TensorNumbers
{
    // Waking a thread costs as much as so many numbers.
    private const long FewNumbers = 1 << 16;

    /// <summary>The numbers of a contiguous float32 tensor on the processor, at most 2 GiB; the memory itself.</summary>
    public static Span<float> Of(Tensor x) => MemoryMarshal.Cast<byte, float>(x.bytes);

    /// <summary>Those of one row.</summary>
    /// <param name="x">The tensor.</param>
    /// <param name="row">Which row.</param>
    /// <param name="size">How many numbers a row has.</param>
    public static Span<float> Of(Tensor x, int row, int size) => Of(x).Slice(row * size, size);

    /// <summary>Does work in blocks on as many threads as libtorch takes, and on one where there is little to do.</summary>
    /// <param name="blocks">How many blocks.</param>
    /// <param name="numbers">How many numbers all of them read.</param>
    /// <param name="work">What is done with each.</param>
    public static void InParallel(int blocks, long numbers, Action<int> work)
    {
        var threads = get_num_threads();
        if (threads > 1 && numbers > FewNumbers)
        {
            Parallel.For(0, blocks, new() { MaxDegreeOfParallelism = threads }, work);
            return;
        }

        for (var block = 0; block < blocks; block++)
        {
            work(block);
        }
    }
}
