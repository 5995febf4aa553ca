using System.Runtime.InteropServices;
using TorchSharp;

namespace Quietune.Benchmarks;

/// <summary>What privacy costs a pass over the rows: time and memory beside a plain forward and backward pass.</summary>
public static class PrivatePassBenchmark
{
    /// <summary>Measures every network with every geometry and writes a Markdown table.</summary>
    /// <param name="options">Pairs of name and number.</param>
    /// <param name="output">Where to.</param>
    /// <returns>The exit code.</returns>
    public static int Run(IReadOnlyList<string> options, TextWriter output)
    {
        int rows = 2048, batchSize = 512, pairs = 31;
        for (var i = 0; i < options.Count; i += 2)
        {
            if (i + 1 == options.Count || !int.TryParse(options[i + 1], out var value) || value < 1)
            {
                Console.Error.WriteLine($"Expected a positive number after {options[i]}.");
                return 2;
            }

            switch (options[i])
            {
                case "--rows": rows = value; break;
                case "--batch": batchSize = value; break;
                case "--pairs": pairs = value; break;
                default:
                    Console.Error.WriteLine($"Expected --rows, --batch or --pairs, got {options[i]}.");
                    return 2;
            }
        }

        output.WriteLine($"{Machine()}; {torch.get_num_threads()} threads; {rows:N0} rows, batch {batchSize}, {pairs} pairs; medians (quartiles).");
        output.WriteLine();
        output.WriteLine("| network | geometry | plain, ms | private, ms | time ratio | plain, MiB | private, MiB | memory ratio | private with 8 times the rows, MiB |");
        output.WriteLine("|---|---|---|---|---|---|---|---|---|");
        foreach (var subject in Subject.All)
        {
            foreach (var geometry in Subject.Geometries)
            {
                using var passes = new Passes(subject, geometry, batchSize);
                var time = PairedTime.Of(passes, rows, pairs);
                output.Write($"| {subject.Name} | {geometry} | {1000 * time.PlainSeconds.Median:0.0} | {1000 * time.PrivateSeconds.Median:0.0} | {time.Ratio} ");
                output.WriteLine(Memory(subject, geometry, rows, batchSize));
            }
        }

        return 0;
    }

    private static string Memory(Subject subject, string geometry, int rows, int batchSize)
    {
        if (!PeakMemory.IsMeasured)
        {
            return "| – | – | – | – |";
        }

        const double Mebibyte = 1 << 20;
        var plain = PeakMemory.Of(subject, Subject.Plain, rows, batchSize) / Mebibyte;
        var secret = PeakMemory.Of(subject, geometry, rows, batchSize) / Mebibyte;
        var longer = PeakMemory.Of(subject, geometry, 8 * rows, batchSize) / Mebibyte;
        return $"| {plain:0.0} | {secret:0.0} | {secret / plain:0.00} | {longer:0.0} |";
    }

    /// <summary>The processor, its cores, the system and the framework.</summary>
    internal static string Machine()
    {
        const string Processors = "/proc/cpuinfo";
        var model = File.Exists(Processors) ? File.ReadLines(Processors).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim() : null;
        return $"{model ?? RuntimeInformation.ProcessArchitecture.ToString()}, {Environment.ProcessorCount} cores, {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}";
    }
}
