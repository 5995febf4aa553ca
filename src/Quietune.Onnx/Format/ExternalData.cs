namespace Quietune.Onnx.Format;

/// <summary>Where a tensor's bytes lie outside the model file: a range of a regular file in the model's own folder.</summary>
/// <remarks>Source: ONNX documentation, "External Data" and "External data security".</remarks>
internal sealed class ExternalData
{
    private ExternalData(string path, string location, long offset, long length)
    {
        Path = path;
        Location = location;
        Offset = offset;
        Length = length;
    }

    /// <summary>The file that holds the bytes.</summary>
    public string Path { get; }

    /// <summary>The file's path as the model writes it.</summary>
    public string Location { get; }

    /// <summary>The first byte of the range.</summary>
    public long Offset { get; }

    /// <summary>The range's length in bytes.</summary>
    public long Length { get; }

    /// <summary>Checks what a model says about a tensor's bytes against the files that are there.</summary>
    /// <param name="modelPath">The model file; its folder confines the data.</param>
    /// <param name="place">The tensor, as errors name it.</param>
    /// <param name="entries">The keys and values that the model stores.</param>
    /// <param name="byteCount">How many bytes the tensor's shape and type need.</param>
    /// <exception cref="InvalidDataException">The path leaves the folder, or the range is not the tensor's or not in the file.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static ExternalData Locate(string modelPath, string place, IReadOnlyDictionary<string, string> entries, long byteCount)
    {
        var location = entries.GetValueOrDefault("location") ?? string.Empty;
        var path = Confined(modelPath, place, location);
        var offset = Number("offset") ?? 0;
        var length = Number("length") ?? byteCount;
        if (length != byteCount)
        {
            throw Refusal.Of(modelPath, $"{place} needs {byteCount} bytes for its shape and type, but its external data has {length}.");
        }

        var available = new FileInfo(path).Length;
        return offset <= available && length <= available - offset
            ? new ExternalData(path, location, offset, length)
            : throw Refusal.Of(modelPath, $"{place} is stored as bytes {offset} to {offset}+{length} of '{location}', which has {available}.");

        long? Number(string key)
        {
            if (!entries.TryGetValue(key, out var text))
            {
                return null;
            }

            return long.TryParse(text, out var value) && value >= 0
                ? value
                : throw Refusal.Of(modelPath, $"expected the external data of {place} to have a whole number as its {key}, got '{text}'.");
        }
    }

    /// <summary>Reads the range.</summary>
    /// <exception cref="InvalidDataException">The file became shorter.</exception>
    public byte[] Read()
    {
        var bytes = new byte[Length];
        using var file = File.OpenHandle(Path);
        for (var done = 0; done < bytes.Length;)
        {
            var count = RandomAccess.Read(file, bytes.AsSpan(done), Offset + done);
            done += count > 0 ? count : throw Refusal.Of(Path, $"expected {Offset + Length} bytes, but the file ends earlier than when it was opened.");
        }

        return bytes;
    }

    private static string Confined(string modelPath, string place, string location)
    {
        var parts = location.Split('/');
        if (location.Length == 0 || parts[0].Length == 0 || parts.Contains("..") || location.AsSpan().ContainsAny('\\', ':', '\0'))
        {
            throw Refusal.Of(modelPath, $"expected the external data of {place} to be a relative path inside the model's folder, got '{location}'.");
        }

        var path = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(modelPath)) ?? string.Empty;
        foreach (var part in parts)
        {
            path = System.IO.Path.Combine(path, part);
            if (new FileInfo(path).LinkTarget is { } target)
            {
                throw Refusal.Of(modelPath, $"expected the external data of {place} to be a file in the model's folder, got '{location}', a link to '{target}'.");
            }
        }

        return File.Exists(path)
            ? path
            : throw Refusal.OfMissing(modelPath, $"the external data of {place} is missing: there is no file '{location}' beside the model.", path);
    }
}
