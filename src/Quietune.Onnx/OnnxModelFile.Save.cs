using System.Security.Cryptography;
using Quietune.Onnx.Format;
using Quietune.Onnx.Wire;
using static TorchSharp.torch;

namespace Quietune.Onnx;

public sealed partial class OnnxModelFile
{
    private const int ExternalAlignment = 4096;

    /// <summary>Writes the model with other values in some of its initializers, and with nothing else changed.</summary>
    /// <param name="path">The file to write; it appears whole or not at all.</param>
    /// <param name="changed">New values by initializer name, of the same shape; they are rounded to the stored element type.</param>
    /// <remarks>
    /// All bytes of the file stay as they are, unknown fields among them, but for the elements and the lengths around them:
    /// an element type stays, and elements stay raw, typed or external. External data, changed or not, is written to one new
    /// file beside the output, named by its own hash, so that an earlier output is not touched before the new one is whole.
    /// </remarks>
    /// <exception cref="ArgumentException">A name is no initializer of floats, a shape differs, or a value overflows the stored type.</exception>
    public void Save(string path, IReadOnlyDictionary<string, Tensor> changed)
    {
        var contents = changed.ToDictionary(pair => Stored(pair.Key, pair.Value), pair => Content(pair.Key, pair.Value));
        var edits = new WireEdits();
        foreach (var (stored, content) in contents)
        {
            TensorEdits.Replace(edits, stored, content);
        }

        var external = ExternalTensors().DistinctBy(tensor => tensor.Message.Offset).ToList();
        if (external.Count > 0)
        {
            WriteExternal(path, external, contents, edits);
        }

        WriteWhole(path, stream =>
        {
            edits.WriteTo(stream, file);
            return path;
        });
    }

    private StoredTensor Stored(string name, Tensor value)
    {
        if (!Initializers.TryGetValue(name, out var initializer) || !initializer.IsFloating)
        {
            throw Refusal.OfArgument(Path, $"expected the name of an initializer of floats, got '{name}'.");
        }

        return initializer.Shape.SequenceEqual(value.shape)
            ? initializer.Stored
            : throw Refusal.OfArgument(Path, $"expected '{name}' of shape {Shapes.Text(initializer.Shape)}, got {Shapes.Text(value.shape)}.");
    }

    private byte[] Content(string name, Tensor value)
    {
        var type = Initializers[name].ElementType;
        using var scope = NewDisposeScope();
        var overflows = value.detach().to(type.Computed!.Value).isinf().logical_and(value.detach().isfinite());
        return overflows.any().cpu().item<bool>()
            ? throw Refusal.OfArgument(Path, $"expected values of '{name}' that fit into {type.Word}, got a larger one.")
            : TensorContent.Write(value, type);
    }

    /// <summary>Lays out all external tensors one after another in a new file, named after the model and the file's own hash.</summary>
    private static void WriteExternal(string path, List<StoredTensor> tensors, Dictionary<StoredTensor, byte[]> contents, WireEdits edits)
    {
        var offsets = new Dictionary<StoredTensor, long>();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var location = string.Empty;
        WriteWhole(path, stream =>
        {
            foreach (var tensor in tensors)
            {
                Write(stream, new byte[(ExternalAlignment - (stream.Length % ExternalAlignment)) % ExternalAlignment]);
                offsets[tensor] = stream.Length;
                Write(stream, contents.GetValueOrDefault(tensor) ?? tensor.External!.Read());
            }

            var written = $"{path}.{Convert.ToHexStringLower(hash.GetHashAndReset())[..16]}.data";
            location = System.IO.Path.GetFileName(written);
            return written;
        });

        foreach (var tensor in tensors)
        {
            TensorEdits.Move(edits, tensor, location, offsets[tensor]);
        }

        void Write(Stream stream, byte[] bytes)
        {
            stream.Write(bytes);
            hash.AppendData(bytes);
        }
    }

    /// <summary>Writes beside, flushes to the disk, then renames: a reader sees the old file or the whole new one.</summary>
    /// <param name="near">The path to write beside.</param>
    /// <param name="write">Writes the content, and says what the file is to be called.</param>
    private static void WriteWhole(string near, Func<Stream, string> write)
    {
        var partial = $"{near}.{Guid.NewGuid():N}.partial";
        try
        {
            string path;
            using (var stream = new FileStream(partial, FileMode.CreateNew, FileAccess.Write))
            {
                path = write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(partial, path, overwrite: true);
        }
        finally
        {
            File.Delete(partial);
        }
    }
}
