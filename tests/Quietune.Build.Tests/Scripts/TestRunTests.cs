namespace Quietune.Build.Tests.Scripts;

/// <summary>The script <c>.ci/run</c>: its last line and exit code are what the tests did, and never better.</summary>
// One after the other: a program that is being written while another test starts a process cannot be run.
[Collection("Scripts")]
public sealed class TestRunTests
{
    public TestRunTests() => Assert.SkipWhen(OperatingSystem.IsWindows(), "The script is for bash.");

    [Theory]
    [InlineData(7, 0, 2, 0, 0, "7 passed, 0 failed, 2 skipped")]
    [InlineData(7, 1, 0, 2, 2, "7 passed, 1 failed, 0 skipped")]
    [InlineData(7, 1, 0, 0, 1, "7 passed, 1 failed, 0 skipped")]   // a runner that forgets its exit code
    [InlineData(7, 0, 0, 5, 5, "7 passed, 0 failed, 0 skipped")]   // a project of several that did not start
    [InlineData(0, 0, 3, 0, 1, "0 passed, 0 failed, 3 skipped")]   // nothing ran
    public void Run_Summary_IsCountedAndDecides(int passed, int failed, int skipped, int runnerExitCode, int expectedExitCode, string expectedLine)
    {
        using var checkout = new ScriptCheckout($"printf '  total: 9\\n  failed: {failed}\\n  succeeded: {passed}\\n  skipped: {skipped}\\n  duration: 1s\\n'; exit {runnerExitCode}");
        var (exitCode, output, _) = checkout.Run(".ci/run", "");
        Assert.Equal((expectedExitCode, expectedLine), (exitCode, output.TrimEnd().Split('\n')[^1]));
        Assert.Equal(["test"], checkout.Calls);
        Assert.Empty(checkout.Installed);
    }

    [Fact]
    public void Run_RulesOfAccessibility_AreInstalledInTheVersionThatTestsName()
    {
        using var checkout = new ScriptCheckout("printf '  total: 1\n  failed: 0\n  succeeded: 1\n  skipped: 0\n'");
        checkout.Write("tests/Quietune.Reporting.Tests/Browser/AxeCore.cs", "    private const string Package = \"axe-core@1.2.3\";\n");
        var (exitCode, output, _) = checkout.Run(".ci/run", "");
        Assert.EndsWith(" axe-core@1.2.3", Assert.Single(checkout.Installed), StringComparison.Ordinal);
        Assert.Contains("axe-core@1.2.3 could not be installed", output, StringComparison.Ordinal);
        Assert.Equal(0, exitCode);
    }

    [Fact]
    public void Run_BuildFails_IsNotGreen()
    {
        using var checkout = new ScriptCheckout("echo 'error CS1002'; exit 0");
        var (exitCode, output, _) = checkout.Run(".ci/run", "");
        Assert.Equal((1, "0 passed, 0 failed, 0 skipped"), (exitCode, output.TrimEnd().Split('\n')[^1]));
        Assert.Contains("error CS1002", output, StringComparison.Ordinal);
    }
}
