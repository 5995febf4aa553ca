using System.Diagnostics;
using System.Text;

namespace Quietune.LedgerLoad;

/// <summary>A worker in a process of its own, which may be killed.</summary>
public sealed class WorkerProcess : IDisposable
{
    private readonly Process process;
    private readonly StringBuilder output = new();
    private readonly TaskCompletionSource firstStep = new();
    private readonly Task<string> error;

    /// <summary>Starts a worker.</summary>
    /// <param name="location">Where the ledger is.</param>
    /// <param name="count">How many reservations it makes.</param>
    /// <param name="noiseMultiplier">Noise multiplier of each.</param>
    public WorkerProcess(string location, int count, double noiseMultiplier)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "Quietune.LedgerLoad.dll");
        process = Process.Start(new ProcessStartInfo("dotnet", ["exec", program, "work", location, $"{count}", $"{noiseMultiplier:R}"])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        }) ?? throw new InvalidOperationException("dotnet did not start.");
        process.OutputDataReceived += (_, line) =>
        {
            output.Append(line.Data).Append('\n');
            firstStep.TrySetResult();
        };
        process.BeginOutputReadLine();
        error = process.StandardError.ReadToEndAsync();
    }

    /// <summary>Waits until the worker has done its first step, or has ended without one.</summary>
    public void WaitForFirstStep() => firstStep.Task.Wait();

    /// <summary>Kills the process at once (SIGKILL); it gets no chance to tidy up.</summary>
    public void Kill() => process.Kill();

    /// <summary>Waits for the end and gives what the worker said.</summary>
    public WorkerReport Report()
    {
        process.WaitForExit();

        // A line is written at once, so a kill does not cut it.
        var steps = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')).ToLookup(words => words[0], words => long.Parse(words[1]));
        return new(process.ExitCode, [.. steps["reserved"]], [.. steps["committed"]], [.. steps["refused"]], error.Result.TrimEnd());
    }

    /// <inheritdoc/>
    public void Dispose() => process.Dispose();
}
