using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Quietune.Benchmarks;

/// <summary>The peak memory of a pass: how far a process of its own grows while it runs one, above what it held before.</summary>
/// <remarks>
/// The libraries, the model, the geometry and the rows are there before the pass and are not counted: they would hide the pass.
/// The kernel's own high-water mark of resident memory is read (<c>VmHWM</c>, set back before the pass by <c>/proc/self/clear_refs</c>), so Linux only.
/// </remarks>
public static partial class PeakMemory
{
    /// <summary>The word that asks this program to measure one pass and print its peak.</summary>
    public const string Verb = "peak-memory";

    private const int WarmUpRows = 16;

    /// <summary>Whether this system tells a process's peak.</summary>
    public static bool IsMeasured => OperatingSystem.IsLinux();

    /// <summary>Bytes that a pass needs, by the median of several child processes.</summary>
    /// <param name="subject">The network.</param>
    /// <param name="geometry">One of <see cref="Subject.Geometries"/>, or <see cref="Subject.Plain"/>.</param>
    /// <param name="rows">Rows of the pass.</param>
    /// <param name="batchSize">Rows at a time.</param>
    /// <param name="children">How many processes.</param>
    public static double Of(Subject subject, string geometry, int rows, int batchSize, int children = 3) =>
        Spread.Of([.. Enumerable.Range(0, children).Select(_ => Child(subject, geometry, rows, batchSize))]).Median;

    /// <summary>Runs the pass in this process and prints its peak in bytes.</summary>
    public static void Answer(Subject subject, string geometry, int rows, int batchSize)
    {
        using var passes = new Passes(subject, geometry, batchSize);
        Action<int> pass = geometry == Subject.Plain ? passes.Plain : passes.Private;
        pass(WarmUpRows);
        GC.Collect(2, GCCollectionMode.Aggressive);
        _ = ReturnFreeMemory(0);
        File.WriteAllText("/proc/self/clear_refs", "5");
        var before = Resident("VmRSS:");
        pass(rows);
        Console.WriteLine(Resident("VmHWM:") - before);
    }

    private static double Child(Subject subject, string geometry, int rows, int batchSize)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, [Verb, subject.Name, geometry, $"{rows}", $"{batchSize}"]) { RedirectStandardOutput = true, UseShellExecute = false };

        // Batches read are garbage at once; a small young generation keeps them from piling up beside the tensors that are measured.
        start.Environment["DOTNET_GCgen0size"] = "400000";
        using var process = Process.Start(start)!;
        var answer = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? double.Parse(answer) : throw new InvalidOperationException($"The process that measures {subject.Name} with {geometry} ended with {process.ExitCode}.");
    }

    private static double Resident(string field) =>
        1024 * double.Parse(File.ReadLines("/proc/self/status").First(line => line.StartsWith(field, StringComparison.Ordinal))[field.Length..^3]);

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int ReturnFreeMemory(nuint keep);
}
