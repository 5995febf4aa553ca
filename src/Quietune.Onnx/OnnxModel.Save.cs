using Quietune.Onnx.Serving;
using static TorchSharp.torch;

namespace Quietune.Onnx;

public sealed partial class OnnxModel
{
    /// <summary>Writes the file with the parameters' present values, each in the element type that the file stores it in, and nothing else changed.</summary>
    /// <param name="path">The file to write; it appears whole or not at all.</param>
    /// <exception cref="ArgumentException">A value overflows the stored type.</exception>
    public void Save(string path) => File.Save(path, parameters);

    /// <summary>Writes the file as <see cref="Save"/> does, but only if ONNX Runtime gives our outputs of it on public rows.</summary>
    /// <param name="path">The file to write; it appears whole or not at all.</param>
    /// <param name="publicRows">One tensor for each input, rows first.</param>
    /// <returns>The largest difference found.</returns>
    /// <exception cref="ArgumentException">A value overflows the stored type, or the rows do not fit.</exception>
    /// <exception cref="InvalidDataException">ONNX Runtime differs by more than it may; nothing was written.</exception>
    public RuntimeDifference SaveChecked(string path, IReadOnlyList<Tensor> publicRows)
    {
        // In a folder of its own, under its final name: external data is named after the model, and moves along.
        var folder = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, $".{Path.GetFileName(path)}.{Guid.NewGuid():N}.partial");
        Directory.CreateDirectory(folder);
        try
        {
            var written = Path.Combine(folder, Path.GetFileName(path));
            Save(written);
            var difference = RuntimeCheck.Compare(written, publicRows);
            if (!difference.Passes)
            {
                throw Refusal.Of(path, $"expected ONNX Runtime to give our outputs within {difference.Tolerance:g1} relative, got {difference.LargestRelative:g3} at output '{difference.Output}'; nothing was written.");
            }

            foreach (var data in Directory.GetFiles(folder).Where(data => data != written).Append(written))
            {
                System.IO.File.Move(data, Path.Combine(folder, "..", Path.GetFileName(data)), overwrite: true);
            }

            return difference;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
