using Microsoft.Playwright;

namespace Quietune.Reporting.Tests.Browser;

/// <summary>The machine's own Chromium with a new empty profile, driven by Playwright; started once for all tests of pages.</summary>
/// <remarks>Playwright's own browsers are not fetched. QUIETUNE_CHROMIUM names another executable.</remarks>
public sealed class ChromiumBrowser : IAsyncLifetime
{
    private static readonly string[] Quiet =
    [
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ];

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("quietune-pages-");
    private IPlaywright? playwright;
    private IBrowser? browser;

    /// <summary>Why there is no browser; null where there is one.</summary>
    private string? Missing { get; set; }

    public async ValueTask InitializeAsync()
    {
        if (Executable() is not { } path)
        {
            Missing = "Chromium was not found: install the package chromium, or set QUIETUNE_CHROMIUM to its executable.";
            return;
        }

        playwright = await Playwright.CreateAsync();
        browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = path, Headless = true, Args = Quiet });
    }

    /// <summary>A new page with the file of a page of ours, not yet opened; skips the test where there is no browser.</summary>
    /// <param name="html">The page's text.</param>
    /// <param name="scheme">Light or dark.</param>
    /// <param name="ignoresPolicy">Whether scripts of the test may run in the page.</param>
    /// <param name="width">Of the window, in pixels.</param>
    internal async Task<OpenPage> PageAsync(string html, ColorScheme scheme = ColorScheme.Light, bool ignoresPolicy = false, int width = 1200)
    {
        Assert.SkipWhen(Missing is not null, Missing ?? string.Empty);
        var file = Path.Combine(folder.FullName, $"{Guid.NewGuid():N}.html");
        await File.WriteAllTextAsync(file, html, TestContext.Current.CancellationToken);
        var context = await browser!.NewContextAsync(new() { ColorScheme = scheme, BypassCSP = ignoresPolicy, ViewportSize = new() { Width = width, Height = 900 } });
        return new(context, await context.NewPageAsync(), new Uri(file));
    }

    public async ValueTask DisposeAsync()
    {
        if (browser is not null)
        {
            await browser.CloseAsync();
        }

        playwright?.Dispose();
        folder.Delete(recursive: true);
    }

    private static string? Executable() => Environment.GetEnvironmentVariable("QUIETUNE_CHROMIUM") is { Length: > 0 } named
        ? named
        : (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator).Append("/usr/bin")
            .SelectMany(folder => new[] { "chromium", "chromium-browser", "google-chrome" }.Select(name => Path.Combine(folder, name)))
            .FirstOrDefault(File.Exists);
}
