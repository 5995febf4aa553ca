using System.Text.Json;

namespace Quietune.Cli.Tests;

/// <summary>What one command told: its exit code, standard output and standard error.</summary>
internal sealed record Told(int ExitCode, string Output, string Error)
{
    public JsonElement Json => JsonDocument.Parse(Output).RootElement;

    public static async Task<Told> ByAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await CommandLine.RunAsync(arguments, output, error);
        return new(code, output.ToString(), error.ToString());
    }

    /// <summary>Asserts exit code 2, one sentence that holds the words, and nothing on standard output.</summary>
    public void Refuses(params string[] words)
    {
        Assert.Equal(2, ExitCode);
        Assert.Empty(Output);
        var lines = Error.Trim().Split('\n');
        Assert.StartsWith("quietune: ", lines[^1], StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", Error, StringComparison.Ordinal);
        Assert.All(words, word => Assert.Contains(word, lines[^1], StringComparison.Ordinal));
    }
}
