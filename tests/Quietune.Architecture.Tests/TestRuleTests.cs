using System.Text.RegularExpressions;

namespace Quietune.Architecture.Tests;

/// <summary>A test that cannot run says so by its condition; none is switched off.</summary>
public sealed partial class TestRuleTests
{
    [Fact]
    public void Tests_AreNeverSkippedUnconditionally() =>
        Assert.All(Repository.Files("*.cs", "tests").Where(path => !path.EndsWith($"/{nameof(TestRuleTests)}.cs", StringComparison.Ordinal)), path =>
            Assert.All(Repository.Lines(path), line => Assert.False(SwitchedOff().IsMatch(line), $"{path}: {line.Trim()}")));

    [Theory]
    [InlineData("[Fact(Skip = \"later\")]", true)]
    [InlineData("[Theory(DisplayName = \"x\", Skip=\"later\")]", true)]
    [InlineData("Assert.Skip(\"later\");", true)]
    [InlineData("Assert.SkipWhen(true, \"later\");", true)]
    [InlineData("Assert.SkipUnless(false, \"later\");", true)]
    [InlineData("Assert.SkipWhen(path is null, \"no data\");", false)]
    [InlineData("[Fact(Explicit = true)]", true)]
    [InlineData("values.Skip(1)", false)]
    public void Rule_RecognisesWhatItForbids(string line, bool isForbidden) => Assert.Equal(isForbidden, SwitchedOff().IsMatch(line));

    [GeneratedRegex(@"\bSkip\s*=\s*""|\bAssert\.Skip\(|\bSkipWhen\(true\b|\bSkipUnless\(false\b|\bExplicit\s*=\s*true", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex SwitchedOff();
}
