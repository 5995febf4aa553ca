namespace Quietune.Data.Images;

/// <summary>A folder with the four IDX files of MNIST under their standard names, with or without .gz.</summary>
/// <param name="Train">Examples of the files train-*.</param>
/// <param name="Test">Examples of the files t10k-*.</param>
public sealed record MnistFolder(InMemoryExamples Train, InMemoryExamples Test)
{
    /// <summary>Reads the folder.</summary>
    /// <param name="directory">Folder with train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    /// <exception cref="InvalidDataException">A file is damaged.</exception>
    public static MnistFolder Read(string directory) => Directory.Exists(directory)
        ? new(ReadPart(directory, "train"), ReadPart(directory, "t10k"))
        : throw new DirectoryNotFoundException($"{directory} does not exist; expected a folder with the four MNIST files.");

    private static InMemoryExamples ReadPart(string directory, string part) =>
        IdxReader.ReadImages(Find(directory, $"{part}-images-idx3-ubyte"), Find(directory, $"{part}-labels-idx1-ubyte"));

    private static string Find(string directory, string name)
    {
        var plain = Path.Combine(directory, name);
        var compressed = plain + ".gz";
        return File.Exists(plain) ? plain
            : File.Exists(compressed) ? compressed
            : throw new FileNotFoundException($"{directory} has neither {name} nor {name}.gz.", plain);
    }
}
