namespace Quietune.Tests;

/// <summary>Finds the data, models and reference values that tests read and the repository does not carry.</summary>
internal static class SharedFiles
{
    private const string Variable = "QUIETUNE_DATA";

    /// <summary>Finds <paramref name="relativePath"/> (for example <c>golden/privacy.json</c>), or returns null.</summary>
    /// <remarks>Looks in the folder named by QUIETUNE_DATA, then in a folder <c>shared</c> beside or inside any ancestor of the test.</remarks>
    public static string? Find(string relativePath) =>
        Roots().Select(root => Path.Combine(root, relativePath)).FirstOrDefault(Path.Exists);

    /// <summary>Finds <paramref name="relativePath"/>, or skips the running test with the reason.</summary>
    public static string Require(string relativePath)
    {
        var path = Find(relativePath);
        Assert.SkipWhen(path is null, $"'{relativePath}' was not found; set {Variable} to the folder that holds data/, models/ and golden/.");
        return path!;
    }

    private static IEnumerable<string> Roots()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named)
        {
            yield return named;
        }

        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            yield return Path.Combine(folder.FullName, "shared");
        }
    }
}
