using System.Diagnostics;

namespace Quietune.Cli.Tests;

/// <summary>What holds for every verb.</summary>
public sealed class CommandLineTests
{
    public static TheoryData<string> Verbs => ["demo", "tune", "verify", "inspect", "evaluate", "prepare", "pretrain", "compare", "experiment mnist", "experiment icu", "records export", "records generate", "account", "ledger grant", "ledger show", "ledger history", "ledger settle", "ledger verify", "ledger export", "keys new"];

    [Theory]
    [MemberData(nameof(Verbs))]
    public async Task EveryVerb_Help_HasAnExampleAndJson(string verb)
    {
        var told = await Told.ByAsync([.. verb.Split(' '), "--help"]);
        Assert.Equal(0, told.ExitCode);
        Assert.Contains($"Example: quietune {verb}", told.Output, StringComparison.Ordinal);
        Assert.Contains("--json", told.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("demmo")]
    [InlineData("account", "--epsilonn", "1")]
    [InlineData("experiment", "mnist")]
    public async Task UnknownOrMissing_IsRefusedInOneSentence(params string[] arguments) => (await Told.ByAsync(arguments)).Refuses();

    [Theory]
    [InlineData("--epsilon", "0")]
    [InlineData("--delta", "1")]
    [InlineData("--delta", "0")]
    public async Task Demo_BadBudget_WritesNothing(string option, string value)
    {
        var folder = Path.Combine(Path.GetTempPath(), $"quietune-{Guid.NewGuid():N}");
        (await Told.ByAsync("demo", "--out", folder, option, value)).Refuses(option);
        Assert.False(Directory.Exists(folder));
    }

    [Fact]
    public async Task Demo_Interrupted_LeavesNothing()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Needs a POSIX signal.");
        var parent = Directory.CreateTempSubdirectory("quietune-");
        var program = Path.Combine(AppContext.BaseDirectory, "quietune.dll");
        using var process = Process.Start(new ProcessStartInfo("dotnet", [program, "demo", "--out", Path.Combine(parent.FullName, "demo")]) { RedirectStandardError = true, RedirectStandardOutput = true, UseShellExecute = false })!;
        var first = await process.StandardError.ReadLineAsync(TestContext.Current.CancellationToken);      // the first stage is done
        Assert.Contains("drawing digits", first, StringComparison.Ordinal);
        using (var kill = Process.Start("kill", ["-TERM", $"{process.Id}"]))
        {
            await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(130, process.ExitCode);
        Assert.Empty(parent.EnumerateFileSystemInfos());
        parent.Delete();
    }
}
