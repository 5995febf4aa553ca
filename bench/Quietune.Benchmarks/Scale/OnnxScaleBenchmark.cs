using System.Diagnostics;
using Quietune.Data;
using Quietune.Onnx;
using Quietune.Privacy.Budgets;
using Quietune.Privacy.Noise;
using Quietune.Privacy.Profiles;
using Quietune.Tuning.Gradients;
using Quietune.Tuning.Models;
using Quietune.Tuning.Planning;
using Quietune.Tuning.Rounds;
using TorchSharp;
using static TorchSharp.torch;

namespace Quietune.Benchmarks.Scale;

/// <summary>One private draw on graphs of a usual size: time beside a plain forward and backward pass, and the memory of the whole process.</summary>
/// <remarks>Each graph and geometry runs in a process of its own, whose high-water mark of resident memory is read (<c>VmHWM</c>), so Linux only.</remarks>
public static class OnnxScaleBenchmark
{
    /// <summary>The word that asks this program to measure one graph with one geometry.</summary>
    public const string ChildVerb = "onnx-scale-child";

    private const int PrivateRows = 64;
    private const int PublicRows = 8;
    private const int KeptCoordinates = 4096;
    private const int Pairs = 3;

    private static readonly string[] Geometries = ["identity", "kronecker-4096"];

    /// <summary>Measures graphs and writes a Markdown table.</summary>
    /// <param name="names">Which graphs; all where there are none.</param>
    /// <param name="output">Where to.</param>
    /// <returns>The exit code.</returns>
    public static int Run(IReadOnlyList<string> names, TextWriter output)
    {
        if (names.FirstOrDefault(name => !ScaleGraphs.Names.Contains(name)) is { } unknown)
        {
            Console.Error.WriteLine($"Expected graphs of {string.Join(", ", ScaleGraphs.Names)}, got {unknown}.");
            return 2;
        }

        output.WriteLine($"{PrivatePassBenchmark.Machine()}; {get_num_threads()} threads; {PrivateRows} private rows; medians of {Pairs} pairs.");
        output.WriteLine();
        output.WriteLine("| graph | parameters | geometry | coordinates | rows at a time | plain pass, processor s | private pass, processor s | ratio (quartiles) | whole draw, s | process peak, GiB |");
        output.WriteLine("|---|---|---|---|---|---|---|---|---|---|");
        foreach (var name in names.Count > 0 ? names : ScaleGraphs.Names)
        {
            foreach (var geometry in Geometries)
            {
                output.WriteLine(Child(name, geometry));
            }
        }

        return 0;
    }

    /// <summary>Measures one graph in this process and writes its line of the table.</summary>
    public static void Answer(string name, string kind, TextWriter output)
    {
        var folder = Directory.CreateTempSubdirectory("quietune-scale-");
        try
        {
            var (path, row) = ScaleGraphs.Write(name, folder.FullName);
            Measure(name, kind, path, row, output);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void Measure(string name, string kind, string path, int[] row, TextWriter output)
    {
        using var outer = NewDisposeScope();
        var (publicRows, privateRows) = (Rows(name, row, PublicRows, seed: 1), Rows(name, row, PrivateRows, seed: 2));
        using var file = OnnxModelFile.Load(path);
        using var model = new OnnxModel(file, TrainSelection.All, TensorBatch.Of(publicRows.Read(PublicRows).First(), publicRows.InputShapes).Inputs, LossFunction.CrossEntropy);
        using var expansion = new PublicExpansion(model, LossFunction.CrossEntropy, publicRows);
        var plan = Plan(kind);
        Console.Error.WriteLine($"{name}, {kind}: {model.ParameterCount:N0} parameters, {model.LargestBatch} rows at a time");
        var clock = Stopwatch.StartNew();
        var outcome = Tuner.Tune(expansion, plan, privateRows, new SecureNoise());
        var draw = clock.Elapsed;
        var peak = 1024 * double.Parse(File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal))["VmHWM:".Length..^3]);

        Console.Error.WriteLine($"draw: {draw.TotalSeconds:0.0} s, of which the private pass {outcome.PrivatePassTime.TotalSeconds:0.0} s; peak {peak / (1L << 30):0.0} GiB");

        // The draw was the warm-up of both passes.
        model.Move(expansion.Origin);
        using var geometry = plan.Geometry.Build(expansion);
        var (plain, secret) = (new List<double>(), new List<double>());
        for (var pair = 0; pair < Pairs; pair++)
        {
            plain.Add(Seconds(() => Plain(file, model, privateRows)));
            Console.Error.WriteLine($"plain: {plain[^1]:0.0} s of processor time");
            secret.Add(Seconds(() => PrivatePass.ClippedSum(model, LossFunction.CrossEntropy, geometry, privateRows, plan.ClipNorm, Tuner.BatchSize).Dispose()));
            Console.Error.WriteLine($"private: {secret[^1]:0.0} s of processor time");
        }

        var ratio = Spread.Of(secret.Zip(plain, (numerator, denominator) => numerator / denominator));
        output.WriteLine(
            $"| {name} | {model.ParameterCount:N0} | {kind} | {outcome.Mechanism.Dimension:N0} | {model.LargestBatch} | {Spread.Of(plain).Median:0.0} | {Spread.Of(secret).Median:0.0} | {ratio} | {draw.TotalSeconds:0.0} | {peak / (1L << 30):0.0} |");
    }

    /// <summary>A forward and a backward pass over the same rows, as many at a time, that leaves each batch's gradient in the parameters.</summary>
    private static void Plain(OnnxModelFile file, OnnxModel model, InMemoryExamples rows)
    {
        foreach (var batch in rows.Read(model.LargestBatch))
        {
            using var scope = NewDisposeScope();
            var tensors = TensorBatch.Of(batch, rows.InputShapes);
            var input = file.Graph.Inputs[0];
            var outputs = file.Graph.Run(
                new Dictionary<string, Tensor> { [input.Name] = input.ElementType == ElementType.Int64 ? tensors.Inputs[0].to_type(ScalarType.Int64) : tensors.Inputs[0] }, model.Parameters);
            LossFunction.CrossEntropy.PerRow(outputs[model.OutputName], tensors.Labels).mean().backward();
            foreach (var parameter in model.Parameters.Values)
            {
                parameter.grad = null;
            }
        }
    }

    private static TuningPlan Plan(string kind)
    {
        var budget = new PrivacyBudget(1, 1e-5);
        return new()
        {
            Method = Methods.OneDraw,
            Loss = LossFunction.CrossEntropy.Name,
            Geometry = kind == "identity" ? GeometryPlan.Identity : GeometryPlan.Kronecker(KeptCoordinates),
            ClipNorm = 1,
            NominalSize = PrivateRows,
            Adjacency = Adjacency.AddRemove,
            Epsilon = budget.Epsilon,
            Delta = budget.Delta,
            Mu = GaussianProfile.MuOf(budget),
            TrustRadius = 0.05,
        };
    }

    private static InMemoryExamples Rows(string name, int[] row, int count, ulong seed)
    {
        var random = new SeededGenerator(seed);
        var size = row.Aggregate(1, (product, axis) => product * axis);
        var features = new float[count * size];
        for (var i = 0; i < features.Length; i++)
        {
            features[i] = name == "bert-base" ? (float)Math.Floor(random.NextDouble() * ScaleGraphs.BertVocabulary) : (float)((2 * random.NextDouble()) - 1);
        }

        return new(row, features, [.. Enumerable.Range(0, count).Select(i => (float)(i % 2))]);
    }

    // Processor time of all threads: on a busy machine the clock on the wall measures the others.
    private static double Seconds(Action action)
    {
        using var process = Process.GetCurrentProcess();
        var start = process.TotalProcessorTime;
        action();
        process.Refresh();
        return (process.TotalProcessorTime - start).TotalSeconds;
    }

    private static string Child(string name, string geometry)
    {
        using var process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [ChildVerb, name, geometry]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        var answer = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? answer.TrimEnd() : throw new InvalidOperationException($"The process that measures {name} with {geometry} ended with {process.ExitCode}.");
    }
}
