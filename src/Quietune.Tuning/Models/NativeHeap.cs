using System.Runtime.InteropServices;

namespace Quietune.Tuning.Models;

/// <summary>The heap that tensors on the processor come from.</summary>
public static partial class NativeHeap
{
    // mallopt(3) of the GNU C library. 32 MiB is the largest block that it lets stay in the heap.
    private const int TrimThreshold = -1;
    private const int MapThreshold = -3;
    private const int LargestHeapBlock = 32 << 20;
    private const int KeptBytes = 256 << 20;

    /// <summary>Keeps up to 256 MiB of freed memory for the next tensors, where the C library can be asked to; elsewhere it does nothing.</summary>
    /// <remarks>
    /// A pass over rows allocates and frees the same sizes batch after batch. The GNU C library hands the top of its heap back to the system each time, and every page faults in
    /// again: a tenth of the time of a pass. For a program's start; a library does not decide this for its host.
    /// </remarks>
    public static void KeepFreedMemory()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        try
        {
            _ = SetOption(MapThreshold, LargestHeapBlock);
            _ = SetOption(TrimThreshold, KeptBytes);
        }
        catch (Exception exception) when (exception is EntryPointNotFoundException or DllNotFoundException)
        {
            // Another C library, which keeps what it likes.
        }
    }

    [LibraryImport("libc", EntryPoint = "mallopt")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetOption(int option, int value);
}
