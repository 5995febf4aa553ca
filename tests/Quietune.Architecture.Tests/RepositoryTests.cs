using System.Text.RegularExpressions;

namespace Quietune.Architecture.Tests;

/// <summary>The repository is whole by itself: it names no folder of the machine that it was written on.</summary>
public sealed partial class RepositoryTests
{
    [Fact]
    public void Files_NameNoFolderOfOneMachine()
    {
        foreach (var path in Repository.Files("*").Where(path => !path.EndsWith($"/{nameof(RepositoryTests)}.cs", StringComparison.Ordinal)))
        {
            var found = Repository.Lines(path).Select(line => OneMachine().Match(line)).FirstOrDefault(match => match.Success);
            Assert.True(found is null, $"{path} names {found}.");
        }
    }

    [Theory]
    [InlineData("see /work/notes.md", true)]
    [InlineData("\"/home/ada/data\"", true)]
    [InlineData("/root/.nuget", true)]
    [InlineData("/Users/ada", true)]
    [InlineData("C:\\Users\\ada", true)]
    [InlineData("../shared/golden", false)]
    [InlineData("https://example.org/home/page", false)]
    [InlineData("/usr/lib/postgresql", false)]
    [InlineData("/proc/self/status", false)]
    [InlineData("frame/work/x", false)]
    public void Rule_RecognisesWhatItForbids(string line, bool isForbidden) => Assert.Equal(isForbidden, OneMachine().IsMatch(line));

    [Fact]
    public void Files_ThatAReaderLooksFor_AreThere() =>
        Assert.All(["README.md", "LICENSE", "CONTRIBUTING.md", "CHANGELOG.md", "quietune", ".ci/run"], name => Assert.True(File.Exists(Path.Combine(Repository.Root, name)), $"{name} is missing."));

    [GeneratedRegex(@"(?<![\w.:/-])/(work|root|home|Users)/|\b[A-Z]:\\+Users\\", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex OneMachine();
}
