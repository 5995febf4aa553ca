using TorchSharp;
using static TorchSharp.torch;

namespace Quietune.Onnx;

/// <summary>What differs between a model file and one made from it by tuning.</summary>
/// <param name="IsSameGraph">Whether nothing but elements of float initializers differs: the original, written with the other's values, is the other byte for byte.</param>
/// <param name="Moved">The initializers whose elements differ, with ‖change‖/‖original‖, in the file's order.</param>
public sealed record ModelDifference(bool IsSameGraph, IReadOnlyList<(string Name, double RelativeChange)> Moved)
{
    private const string DataSuffix = ".data";

    /// <summary>Compares two files.</summary>
    /// <exception cref="InvalidDataException">A file's elements cannot be read.</exception>
    public static ModelDifference Between(OnnxModelFile original, OnnxModelFile tuned)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var moved = new List<(string, double)>();
        var values = new Dictionary<string, Tensor>();
        foreach (var initializer in original.Initializers.Values.Where(initializer => initializer.IsFloating))
        {
            if (!tuned.Initializers.TryGetValue(initializer.Name, out var other) || other.ElementType != initializer.ElementType || !other.Shape.SequenceEqual(initializer.Shape))
            {
                return new(false, moved);
            }

            using var inner = NewDisposeScope();
            var (before, after) = (initializer.ToTensor(), other.ToTensor());
            if (!before.bytes.ToArray().AsSpan().SequenceEqual(after.bytes.ToArray()))
            {
                var wide = before.to_type(ScalarType.Float64);
                moved.Add((initializer.Name, ((after.to_type(ScalarType.Float64) - wide).norm() / wide.norm().clamp_min(double.Epsilon)).item<double>()));
                values.Add(initializer.Name, after.MoveToOuterDisposeScope());
            }
        }

        return new(IsWrittenFrom(original, tuned, values), moved);
    }

    private static bool IsWrittenFrom(OnnxModelFile original, OnnxModelFile tuned, Dictionary<string, Tensor> values)
    {
        if (HaveSameBytes(original, tuned))
        {
            return true;
        }

        // External data is named after the model file that it was written with.
        var external = tuned.Files.Skip(1).Select(Path.GetFileName).FirstOrDefault();
        var name = external is not null && external.EndsWith(DataSuffix, StringComparison.Ordinal) && external.Split('.') is { Length: > 3 } parts ? string.Join('.', parts[..^2]) : Path.GetFileName(tuned.Path);
        var folder = Directory.CreateTempSubdirectory("quietune-");
        try
        {
            var path = Path.Combine(folder.FullName, name);
            original.Save(path, values);
            using var written = OnnxModelFile.Load(path);
            return HaveSameBytes(written, tuned);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static bool HaveSameBytes(OnnxModelFile one, OnnxModelFile other) =>
        one.Files.Count == other.Files.Count && one.Files.Zip(other.Files).All(pair => File.ReadAllBytes(pair.First).AsSpan().SequenceEqual(File.ReadAllBytes(pair.Second)));
}
