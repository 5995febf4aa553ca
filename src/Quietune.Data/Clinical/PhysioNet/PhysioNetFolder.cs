namespace Quietune.Data.Clinical.PhysioNet;

/// <summary>A folder with sets of records: for each letter X, <c>set-X</c> as folder, .tar.gz, .tar or .zip, and <c>Outcomes-X.txt</c>.</summary>
public static class PhysioNetFolder
{
    private static readonly string[] Endings = ["", ".tar.gz", ".tgz", ".tar", ".zip"];

    /// <summary>Names of the sets that lie in a folder, such as <c>set-a</c>.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public static IReadOnlyList<string> SetNames(string folder) => Directory.Exists(folder)
        ? [.. Directory.EnumerateFiles(folder, "Outcomes-*.txt").Select(path => "set-" + Path.GetFileNameWithoutExtension(path)["Outcomes-".Length..])
            .Where(name => RecordsPath(folder, name) is not null).Order(StringComparer.Ordinal)]
        : throw new DirectoryNotFoundException($"{folder} does not exist; expected a folder with set-a.tar.gz, Outcomes-a.txt and so on.");

    /// <summary>Reads a set.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="setName">Such as <c>set-a</c>.</param>
    /// <param name="isPrivate">Whether messages must keep the records' values to themselves.</param>
    /// <param name="cancellationToken">Stops between records.</param>
    /// <exception cref="FileNotFoundException">The set is not there; the message lists those that are.</exception>
    /// <exception cref="InvalidDataException">A record is malformed.</exception>
    public static StaySet Read(string folder, string setName, bool isPrivate = false, CancellationToken cancellationToken = default)
    {
        var present = SetNames(folder);
        return present.Contains(setName, StringComparer.Ordinal)
            ? PhysioNet2012.Read(RecordsPath(folder, setName)!, Path.Combine(folder, $"Outcomes-{setName["set-".Length..]}.txt"), setName, isPrivate, cancellationToken)
            : throw new FileNotFoundException(
                $"{folder} has no {setName} with its outcomes; it has {(present.Count > 0 ? string.Join(", ", present) : "no set at all: expected set-X.tar.gz and Outcomes-X.txt")}.");
    }

    private static string? RecordsPath(string folder, string setName) =>
        Endings.Select(ending => Path.Combine(folder, setName + ending)).FirstOrDefault(Path.Exists);
}
