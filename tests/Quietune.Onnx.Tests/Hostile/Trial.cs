using System.Diagnostics.CodeAnalysis;
using Quietune.Onnx.Tests.Building;
using TorchSharp;
using static TorchSharp.torch;

namespace Quietune.Onnx.Tests.Hostile;

/// <summary>Loads and runs a file that may be damaged, and tells whether it was understood or refused as it should be.</summary>
internal static class Trial
{
    private const long LargestValueBytes = 1 << 22;

    /// <summary>Null when the file was run or refused in one sentence that names it; else what was wrong.</summary>
    [SuppressMessage("Design", "CA1031", Justification = "Any exception but those expected is what the trial looks for.")]
    public static string? Run(string path, byte[] bytes, IReadOnlyDictionary<string, Tensor> inputs)
    {
        File.WriteAllBytes(path, bytes);
        using var scope = NewDisposeScope();
        try
        {
            using var file = OnnxModelFile.Load(path);
            file.Graph.LargestValueBytes = LargestValueBytes;
            file.Graph.Run(inputs.Where(input => file.Graph.Inputs.Any(declared => declared.Name == input.Key)).ToDictionary());
            return null;
        }
        catch (Exception error) when (error is InvalidDataException or ArgumentException or FileNotFoundException)
        {
            var isSentence = error.Message.StartsWith(path, StringComparison.Ordinal) && !error.Message.Contains('\n', StringComparison.Ordinal);
            return isSentence ? null : $"no sentence about the file: {error}";
        }
        catch (Exception error)
        {
            return error.ToString();
        }
    }

    /// <summary>The same, of a model.</summary>
    public static string? Run(string path, ModelBuilder model) => Run(path, model.ToArray(), model.Inputs);
}
