using System.Text.RegularExpressions;

namespace Quietune.Architecture.Tests;

/// <summary>A reader finds a type by its name, and can read what he finds in one sitting.</summary>
public sealed partial class SourceFileTests
{
    private const int MostLines = 500;

    public static TheoryData<string> Areas => ["src", "apps", "bench", "eng", "tests"];

    [Theory]
    [MemberData(nameof(Areas))]
    public void Files_HaveNoMoreLinesThanCanBeRead(string area) =>
        Assert.All(Repository.Files("*.cs", area), path => Assert.True(Repository.Lines(path).Length <= MostLines, $"{path} has {Repository.Lines(path).Length} lines; at most {MostLines}."));

    [Theory]
    [MemberData(nameof(Areas))]
    public void Namespaces_AreFolders(string area)
    {
        foreach (var project in Repository.Projects.Where(project => project.Area == area))
        {
            foreach (var path in Repository.Files("*.cs", project.Folder))
            {
                var declared = Repository.Lines(path).Select(line => Namespace().Match(line)).FirstOrDefault(match => match.Success)?.Groups["name"].Value;
                var folder = Path.GetDirectoryName(path)!.Replace('\\', '/')[project.Folder.Length..].Replace('/', '.');
                Assert.True(declared is null || declared == project.RootNamespace + folder, $"{path} declares {declared}; its folder says {project.RootNamespace}{folder}.");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Areas))]
    public void Files_HoldOnePublicType_NamedAsTheyAre(string area)
    {
        // Tests may keep a second public type beside the first: the runner makes theirs public.
        foreach (var path in Repository.Files("*.cs", area).Where(path => area != "tests"))
        {
            var types = Repository.Lines(path).Select(line => PublicType().Match(line)).Where(match => match.Success).Select(match => match.Groups["name"].Value).ToList();
            Assert.True(types.Count <= 1, $"{path} declares {string.Join(" and ", types)}; one public type a file.");
            Assert.True(types.Count == 0 || types[0] == Path.GetFileName(path).Split('.')[0], $"{path} declares {string.Join("", types)}; a file is named after its type.");
        }
    }

    [Theory]
    [MemberData(nameof(Areas))]
    public void Types_AreNamedAfterWhatTheyAre(string area) =>
        Assert.All(Repository.Files("*.cs", area), path =>
        {
            var vague = Repository.Lines(path).Select(line => AnyType().Match(line)).Where(match => match.Success).Select(match => match.Groups["name"].Value)
                .FirstOrDefault(name => VagueName().IsMatch(name));
            Assert.True(vague is null, $"{path} declares {vague}, a name that says nothing of what it is.");
        });

    [Fact]
    public void Rules_RecogniseWhatTheyForbid()
    {
        Assert.Equal("Thing", PublicType().Match("public sealed partial class Thing<T>(int x)").Groups["name"].Value);
        Assert.Equal("Thing", PublicType().Match("public readonly record struct Thing(int X);").Groups["name"].Value);
        Assert.Equal("Thing", PublicType().Match("public delegate int Thing(int x);").Groups["name"].Value);
        Assert.DoesNotMatch(PublicType(), "    public sealed class Nested");
        Assert.Equal("Inner", AnyType().Match("    private static class Inner").Groups["name"].Value);
        Assert.All(["TensorUtils", "PathHelper", "LedgerManager", "Helpers"], name => Assert.Matches(VagueName(), name));
        Assert.DoesNotMatch(VagueName(), "Manageable");
        Assert.Equal("A.B", Namespace().Match("namespace A.B;").Groups["name"].Value);
    }

    [GeneratedRegex(@"^namespace (?<name>[\w.]+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Namespace();

    [GeneratedRegex(@"^public (?:[\w]+ )*?(?:(?:class|interface|enum|struct|record(?: struct| class)?) (?<name>\w+)|delegate [\w<>\[\]?.,]+ (?<name>\w+))", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex PublicType();

    [GeneratedRegex(@"^\s*(?:(?:public|internal|private|protected|file|static|sealed|abstract|partial|readonly) )+(?:class|interface|enum|struct|record(?: struct| class)?) (?<name>\w+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex AnyType();

    [GeneratedRegex("(Utils?|Utilities|Utility|Helpers?|Managers?)$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex VagueName();
}
