namespace Quietune.Cli.Jobs;

/// <summary>The file that a verb is to write, refused early where it cannot be.</summary>
internal static class OutputFile
{
    /// <summary>The full path of a file that can appear in a folder which exists.</summary>
    /// <param name="path">What the user gave for <c>--out</c>.</param>
    /// <param name="inputs">Files that are read, and so may not be written over.</param>
    /// <exception cref="BadInputException">There is no such folder, the path is a folder's, or it is one of the inputs.</exception>
    public static string Of(string path, params IReadOnlyList<string> inputs) => Named("--out", path, inputs);

    /// <summary>The same for another option.</summary>
    /// <param name="option">The option's name.</param>
    /// <param name="path">What the user gave for it.</param>
    /// <param name="inputs">Files that are read, and so may not be written over.</param>
    /// <exception cref="BadInputException">There is no such folder, the path is a folder's, or it is one of the inputs.</exception>
    public static string Named(string option, string path, params IReadOnlyList<string> inputs)
    {
        if (string.IsNullOrWhiteSpace(path) || path.Contains('\0', StringComparison.Ordinal) || Path.GetFileName(path).Length == 0 || Directory.Exists(path))
        {
            throw new BadInputException($"{option}: expected the name of a file, got '{path}'.");
        }

        var full = Path.GetFullPath(path);
        var folder = Path.GetDirectoryName(full)!;
        return !Directory.Exists(folder) ? throw new BadInputException($"{option}: expected a file in a folder that exists, got '{path}', and {folder} does not.")
            : inputs.FirstOrDefault(input => File.Exists(input) && Path.GetFullPath(input) == full) is { } same ? throw new BadInputException($"{option}: expected another file than the input {same}.")
            : full;
    }
}
