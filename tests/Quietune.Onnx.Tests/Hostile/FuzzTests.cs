using System.Diagnostics;
using Quietune.Onnx.Tests.Building;
using Quietune.Onnx.Tests.Cases;
using Quietune.Onnx.Tests.Format;
using TorchSharp;
using static TorchSharp.torch;

namespace Quietune.Onnx.Tests.Hostile;

/// <summary>Damaged files are refused in a sentence, or run; they never crash.</summary>
public sealed class FuzzTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose()
    {
        scope.Dispose();
        folder.Dispose();
    }

    /// <summary>QUIETUNE_FUZZ_SECONDS and QUIETUNE_FUZZ_SEED make it search longer, and elsewhere.</summary>
    [Fact]
    public void Load_MutatedModels_AreRunOrRefused()
    {
        var seconds = int.Parse(Environment.GetEnvironmentVariable("QUIETUNE_FUZZ_SECONDS") ?? "3");
        var numbers = new RandomNumbers(ulong.Parse(Environment.GetEnvironmentVariable("QUIETUNE_FUZZ_SEED") ?? "1"));
        var examples = AllCases.All.Select(example => (Name: example.ToString(), Model: example.Model(ScalarType.Float32))).Select(pair => (pair.Name, Bytes: pair.Model.ToArray(), pair.Model.Inputs)).ToArray();
        var trace = Environment.GetEnvironmentVariable("QUIETUNE_FUZZ_TRACE");
        var clock = Stopwatch.StartNew();
        for (var count = 0; clock.Elapsed.TotalSeconds < seconds; count++)
        {
            var (name, bytes, inputs) = examples[numbers.Below(examples.Length)];
            var mutated = Mutation.Apply(bytes, examples[numbers.Below(examples.Length)].Bytes, numbers);
            if (trace is not null)
            {
                File.WriteAllText(trace, $"{count} {name} {Convert.ToBase64String(mutated)}");
            }

            var started = clock.Elapsed;
            var wrong = Trial.Run(folder["fuzz.onnx"], mutated, inputs);
            Assert.True(wrong is null, $"mutation {count} of '{name}': {wrong}\n{Convert.ToBase64String(mutated)}");
            Assert.True(clock.Elapsed - started < TimeSpan.FromSeconds(20), $"mutation {count} of '{name}' took {clock.Elapsed - started}\n{Convert.ToBase64String(mutated)}");
        }
    }

    [Fact]
    public void Load_EveryPrefix_IsRefused()
    {
        var model = new ModelBuilder(13) { Form = TensorForm.Packed }.Input("x", 2, 3).Weight("w", 3, 4).Weight("b", 4).Node("Gemm", "x w b", "y", ("alpha", 0.5f));
        var bytes = model.ToArray();
        for (var length = 0; length < bytes.Length; length++)
        {
            File.WriteAllBytes(folder["cut.onnx"], bytes[..length]);
            Assert.Throws<InvalidDataException>(() => OnnxModelFile.Load(folder["cut.onnx"]));
        }
    }

    [Fact]
    public void Load_EveryFlippedBit_IsRunOrRefused()
    {
        var model = new ModelBuilder(13).Input("x", 1, 2).Weight("w", 2, 2).Node("Gemm", "x w", "m", ("transB", 1)).Node("Softmax", "m", "y", ("axis", 1));
        var bytes = model.ToArray();
        for (var bit = 0; bit < 8 * bytes.Length; bit++)
        {
            var flipped = (byte[])bytes.Clone();
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Null(Trial.Run(folder["flipped.onnx"], flipped, model.Inputs));
        }
    }
}
