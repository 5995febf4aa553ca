using System.Text.Json;
using Quietune.Onnx.Arrays;
using Quietune.Tuning.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Quietune.Onnx.Reference;

/// <summary>What another implementation computed of a model: inputs, labels, outputs, losses, and every row's gradient of every parameter.</summary>
/// <remarks>
/// A folder of <c>reference.json</c> (<c>loss</c>, and <c>gradient_files</c> from initializer names to arrays [R, …]), <c>input.npy</c>,
/// <c>labels.npy</c>, <c>logits.npy</c> and <c>losses.npy</c>. Owns its tensors.
/// </remarks>
public sealed class ReferenceFolder : IDisposable
{
    private readonly string folder;

    private ReferenceFolder(string folder, LossFunction loss, IReadOnlyDictionary<string, string> gradientFiles)
    {
        this.folder = folder;
        Loss = loss;
        GradientFiles = gradientFiles;
        Input = Read("input.npy");
        Labels = Read("labels.npy");
        Outputs = Read("logits.npy");
        Losses = Read("losses.npy");
    }

    /// <summary>The loss.</summary>
    public LossFunction Loss { get; }

    /// <summary>The array of each initializer's gradients, as a path within the folder.</summary>
    public IReadOnlyDictionary<string, string> GradientFiles { get; }

    /// <summary>[R, …].</summary>
    public Tensor Input { get; }

    /// <summary>[R].</summary>
    public Tensor Labels { get; }

    /// <summary>[R, …].</summary>
    public Tensor Outputs { get; }

    /// <summary>[R].</summary>
    public Tensor Losses { get; }

    /// <summary>Reads a folder; gradients are read when asked for.</summary>
    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    /// <exception cref="InvalidDataException">A file is not what its name says.</exception>
    public static ReferenceFolder Load(string folder)
    {
        var path = Path.Combine(folder, "reference.json");
        if (!File.Exists(path))
        {
            throw Refusal.OfMissing(path, $"expected a description of reference values, but there is no such file.", path);
        }

        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(path));
            var name = json.RootElement.GetProperty("loss").GetString() ?? string.Empty;
            var files = json.RootElement.GetProperty("gradient_files").EnumerateObject().ToDictionary(entry => entry.Name, entry => entry.Value.GetString() ?? string.Empty);
            return new(folder, LossNamed(path, name), files);
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw Refusal.Of(path, $"expected JSON with 'loss' and 'gradient_files', got {error.Message.Split('\n')[0]}", error);
        }
    }

    /// <summary>Every row's gradient of an initializer, [R, …]; the caller disposes.</summary>
    public Tensor Gradients(string initializer) => Read(GradientFiles[initializer]);

    /// <inheritdoc/>
    public void Dispose()
    {
        Input.Dispose();
        Labels.Dispose();
        Outputs.Dispose();
        Losses.Dispose();
    }

    private Tensor Read(string file)
    {
        var root = Path.GetFullPath(folder);
        var path = Path.GetFullPath(Path.Combine(root, file));
        return path.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal)
            ? NpyFile.Read(path).DetachFromDisposeScope()
            : throw Refusal.Of(Path.Combine(folder, "reference.json"), $"expected a file within its folder, got '{file}'.");
    }

    private static LossFunction LossNamed(string path, string name) => name switch
    {
        "cross_entropy" or "cross-entropy" => LossFunction.CrossEntropy,
        "binary_cross_entropy_with_logits" or "binary" => LossFunction.Binary,
        "squared" or "half_squared_error" => LossFunction.Squared,
        "poisson" or "poisson_nll" => LossFunction.Poisson,
        _ => throw Refusal.Of(path, $"expected a loss of cross_entropy, binary_cross_entropy_with_logits, squared or poisson, got '{name}'."),
    };
}
