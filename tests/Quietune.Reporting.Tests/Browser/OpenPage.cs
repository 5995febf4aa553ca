using Microsoft.Playwright;

namespace Quietune.Reporting.Tests.Browser;

/// <summary>A page in the browser, which keeps what it said and what it asked for.</summary>
internal sealed class OpenPage : IAsyncDisposable
{
    private readonly IBrowserContext context;
    private readonly Uri file;

    public OpenPage(IBrowserContext context, IPage page, Uri file)
    {
        (this.context, Page, this.file) = (context, page, file);
        page.Console += (_, message) => Said.Add($"{message.Type}: {message.Text}");
        page.PageError += (_, error) => Said.Add($"error: {error}");
        page.Request += (_, request) => Note(request.Url);
    }

    public IPage Page { get; }

    /// <summary>What stood in the console.</summary>
    public List<string> Said { get; } = [];

    /// <summary>What was asked for besides the file itself and what is written inside it.</summary>
    public List<string> Fetched { get; } = [];

    /// <summary>Opens the file from disk, and waits until nothing more is loading.</summary>
    public async Task<OpenPage> OpenAsync()
    {
        await Page.GotoAsync(file.AbsoluteUri, new() { WaitUntil = WaitUntilState.NetworkIdle });
        return this;
    }

    public async ValueTask DisposeAsync() => await context.CloseAsync();

    private void Note(string url)
    {
        if (url != file.AbsoluteUri && !url.StartsWith("data:", StringComparison.Ordinal))
        {
            Fetched.Add(url);
        }
    }
}
