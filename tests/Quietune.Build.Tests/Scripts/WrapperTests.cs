namespace Quietune.Build.Tests.Scripts;

/// <summary>The script <c>quietune</c>: builds when a source changed and only then, and is the program in every other way.</summary>
// One after the other: a program that is being written while another test starts a process cannot be run.
[Collection("Scripts")]
public sealed class WrapperTests : IDisposable
{
    // Builds an empty program; as the program, answers its arguments and its input, and exits with 3.
    private const string Dotnet = """
        case $1 in
        build) sleep 0.3; mkdir -p artifacts/bin/Quietune.Cli/release; touch artifacts/bin/Quietune.Cli/release/quietune.dll ;;
        *) shift; printf '<%s>' "$@"; cat; exit 3 ;;
        esac
        """;

    private readonly ScriptCheckout checkout = new(Dotnet);

    public WrapperTests() => Assert.SkipWhen(OperatingSystem.IsWindows(), "The script is for bash.");

    private int Builds => checkout.Calls.Count(call => call.StartsWith("build ", StringComparison.Ordinal));

    public void Dispose() => checkout.Dispose();

    [Fact]
    public void Run_FirstTime_BuildsAndPassesArgumentsInputAndExitCode()
    {
        var (exitCode, output, errors) = checkout.Run("quietune", "typed", "account", "two words", "");
        Assert.Equal((3, "<account><two words><>typed"), (exitCode, output));
        Assert.Contains("building", errors, StringComparison.Ordinal);
        Assert.Equal(1, Builds);
    }

    [Fact]
    public void Run_NothingChanged_BuildsNothingAndSaysNothing()
    {
        checkout.Run("quietune", "");
        Assert.Equal("", checkout.Run("quietune", "").Errors);
        Assert.Equal(1, Builds);
    }

    [Fact]
    public void Run_SourceChangedOrGone_BuildsAgain()
    {
        checkout.Run("quietune", "");
        checkout.Write("src/Source.cs", "changed");
        checkout.Run("quietune", "");
        Assert.Equal(2, Builds);
        checkout.Delete("src/Source.cs");
        checkout.Run("quietune", "");
        Assert.Equal(3, Builds);
    }

    [Fact]
    public void Run_TwoTerminals_BuildOnce()
    {
        using var first = checkout.Start("quietune");
        using var second = checkout.Start("quietune");
        foreach (var process in new[] { first, second })
        {
            process.StandardInput.Close();
            Assert.True(process.WaitForExit(TimeSpan.FromSeconds(60)));
            Assert.Equal(3, process.ExitCode);
        }

        Assert.Equal(1, Builds);
    }

    [Fact]
    public void Run_BuildFails_SaysWhyAndRunsNothing()
    {
        using var broken = new ScriptCheckout("echo 'error: no such thing'; exit 1");
        var (exitCode, output, errors) = broken.Run("quietune", "");
        Assert.Equal((1, ""), (exitCode, output));
        Assert.Contains("error: no such thing", errors, StringComparison.Ordinal);
        Assert.Single(broken.Calls);
        broken.Run("quietune", "");
        Assert.Equal(2, broken.Calls.Length);   // a failed build is not taken for a build
    }
}
