using System.Xml.Linq;

namespace Quietune.Architecture.Tests;

/// <summary>The checkout that these tests were built from.</summary>
internal static class Repository
{
    private static readonly string[] NotOurs = ["artifacts", ".git", ".vs", ".idea", ".vscode", "TestResults", "BenchmarkDotNet.Artifacts", "quietune-demo"];

    public static string Root { get; } = FindRoot();

    /// <summary>Every project, with its path from the root.</summary>
    public static IReadOnlyList<SourceProject> Projects { get; } =
        [.. Files("*.csproj").Select(path => new SourceProject(path, XDocument.Load(Path.Combine(Root, path)))).OrderBy(project => project.Name, StringComparer.Ordinal)];

    /// <summary>The projects that ship: those of src and apps.</summary>
    public static IEnumerable<SourceProject> Shipped => Projects.Where(project => project.Area is "src" or "apps");

    /// <summary>Paths from the root, with / between names, of the files that match.</summary>
    public static IEnumerable<string> Files(string pattern, string folder = "") => Walk(new(Path.Combine(Root, folder)), pattern)
        .Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/'))
        .Order(StringComparer.Ordinal);

    public static string[] Lines(string path) => File.ReadAllLines(Path.Combine(Root, path));

    private static IEnumerable<string> Walk(DirectoryInfo folder, string pattern) => folder.GetFiles(pattern).Where(file => file.Name != ".git")
        .Where(file => file.LinkTarget is null)
        .Select(file => file.FullName)
        .Concat(folder.GetDirectories().Where(child => child.LinkTarget is null && !NotOurs.Contains(child.Name, StringComparer.Ordinal)).SelectMany(child => Walk(child, pattern)));

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Quietune.slnx")))
        {
            folder = folder.Parent ?? throw new DirectoryNotFoundException("The repository's root was not found above the test.");
        }

        return folder.FullName;
    }
}
