using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;

namespace Quietune.Reporting.Tests.Browser;

/// <summary>The accessibility rules of axe-core, which npm puts into the folder of build outputs; the repository does not carry them.</summary>
public sealed class AxeCore : IAsyncLifetime
{
    private const string Package = "axe-core@4.14.1";
    private const string Script = "node_modules/axe-core/axe.min.js";
    private string? missing;
    private string? path;

    public async ValueTask InitializeAsync()
    {
        var folder = Path.Combine(Outputs(), "axe");
        path = Path.Combine(folder, Script);
        if (!File.Exists(path))
        {
            missing = await InstallAsync(folder);
        }
    }

    /// <summary>What the rules find in a page, a line each; skips the test where the rules could not be had.</summary>
    internal async Task<IReadOnlyList<string>> ViolationsAsync(OpenPage page)
    {
        Assert.SkipWhen(missing is not null, missing ?? string.Empty);
        await page.Page.AddScriptTagAsync(new() { Path = path });
        var found = await page.Page.EvaluateAsync<JsonElement>("() => axe.run(document, { resultTypes: ['violations', 'incomplete'] })");
        Assert.True(found.GetProperty("passes").GetArrayLength() > 10, "Expected the rules to run, they did not.");
        return [.. found.GetProperty("violations").EnumerateArray().SelectMany(rule => rule.GetProperty("nodes").EnumerateArray().Select(node =>
            $"{rule.GetProperty("id").GetString()}: {node.GetProperty("html").GetString()} ({node.GetProperty("failureSummary").GetString()})"))];
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>The folder <c>artifacts</c> that the test was built into.</summary>
    private static string Outputs()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder.Parent is not null && folder.Name != "artifacts")
        {
            folder = folder.Parent;
        }

        return folder.Parent is null ? AppContext.BaseDirectory : folder.FullName;
    }

    /// <summary>Installs the package; says why where it cannot.</summary>
    private static async Task<string?> InstallAsync(string folder)
    {
        Directory.CreateDirectory(folder);
        var start = new ProcessStartInfo("npm", ["install", "--prefix", folder, "--no-audit", "--no-fund", "--ignore-scripts", "--silent", Package])
        {
            UseShellExecute = false,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        try
        {
            using var npm = Process.Start(start)!;
            var told = npm.StandardOutput.ReadToEndAsync();
            var failed = await npm.StandardError.ReadToEndAsync();
            await told;
            await npm.WaitForExitAsync();
            return npm.ExitCode == 0 && File.Exists(Path.Combine(folder, Script)) ? null : $"npm could not install {Package}: {failed.Trim().Split('\n')[0]}";
        }
        catch (Win32Exception error)
        {
            return $"npm, which installs {Package}, was not found: {error.Message}";
        }
    }
}
