namespace Quietune.Data.Images;

/// <summary>A folder with one IDX file of images and one of labels, or with several pairs that a first word tells apart.</summary>
public static class IdxFolder
{
    /// <summary>Whether a place names at least one IDX image file.</summary>
    /// <param name="place">A folder, or a folder and the first word of its files' names, such as mnist/train.</param>
    public static bool Exists(string place) => Files(place, "images").Length > 0;

    /// <summary>Reads the pair.</summary>
    /// <param name="place">A folder, or a folder and the first word of its files' names, such as mnist/train.</param>
    /// <returns>Examples of shape [1, rows, columns], pixels divided by 255.</returns>
    /// <exception cref="InvalidDataException">There is no pair or more than one, or a file is damaged.</exception>
    public static InMemoryExamples Read(string place) => IdxReader.ReadImages(Single(place, "images"), Single(place, "labels"));

    private static string Single(string place, string kind) => Files(place, kind) switch
    {
        [var only] => only,
        [] => throw new InvalidDataException($"{place} holds no IDX {kind}; expected a file such as {kind}-idx{(kind == "images" ? 3 : 1)}-ubyte, plain or .gz."),
        var several => throw new InvalidDataException(
            $"{place} holds {several.Length} files of IDX {kind}; expected one, or the first word of its name, such as {Path.Combine(place, Path.GetFileName(several[0]).Split('-')[0])}."),
    };

    private static string[] Files(string place, string kind)
    {
        var (folder, start) = Directory.Exists(place) ? (place, "") : (Path.GetDirectoryName(place) is { Length: > 0 } parent ? parent : ".", Path.GetFileName(place));
        return Directory.Exists(folder) && (start.Length > 0 || Directory.Exists(place))
            ? [.. Directory.EnumerateFiles(folder).Where(file => IsNamed(Path.GetFileName(file), start, kind)).Order(StringComparer.Ordinal)]
            : [];
    }

    private static bool IsNamed(string file, string start, string kind) =>
        file.StartsWith(start, StringComparison.Ordinal)
        && (start.Length == 0 || file.Length == start.Length || !char.IsLetterOrDigit(file[start.Length]))
        && file.Contains(kind, StringComparison.OrdinalIgnoreCase)
        && file.Contains("idx", StringComparison.OrdinalIgnoreCase);
}
