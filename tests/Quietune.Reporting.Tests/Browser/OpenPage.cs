using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace Quietune.Reporting.Tests.Browser;

/// <summary>A page in the browser, which keeps what it said and what it asked for.</summary>
internal sealed class OpenPage : IAsyncDisposable
{
    private const string Over = "nothing more to say";
    private readonly ConcurrentQueue<string> said = [];
    private readonly ConcurrentQueue<string> fetched = [];
    private readonly IBrowserContext context;
    private readonly Uri file;

    public OpenPage(IBrowserContext context, IPage page, Uri file)
    {
        (this.context, Page, this.file) = (context, page, file);
        page.Console += (_, message) => Say($"{message.Type}: {message.Text}");
        page.PageError += (_, error) => Say($"error: {error}");
        page.Request += (_, request) => Note(request.Url);
    }

    public IPage Page { get; }

    /// <summary>What stood in the console.</summary>
    public IReadOnlyCollection<string> Said => said;

    /// <summary>What was asked for besides the file itself and what is written inside it.</summary>
    public IReadOnlyCollection<string> Fetched => fetched;

    /// <summary>Opens the file from disk, and waits until nothing more is loading and all that it said has been heard.</summary>
    public async Task<OpenPage> OpenAsync()
    {
        await Page.GotoAsync(file.AbsoluteUri, new() { WaitUntil = WaitUntilState.NetworkIdle });

        // Messages come in the order in which they were said, but on their own time: on a busy machine after the page is loaded.
        await Page.RunAndWaitForConsoleMessageAsync(() => Page.EvaluateAsync($"console.log('{Over}')"), new() { Predicate = message => message.Text == Over });
        return this;
    }

    public async ValueTask DisposeAsync() => await context.CloseAsync();

    private void Say(string text)
    {
        if (text != $"log: {Over}")
        {
            said.Enqueue(text);
        }
    }

    private void Note(string url)
    {
        if (url != file.AbsoluteUri && !url.StartsWith("data:", StringComparison.Ordinal))
        {
            fetched.Enqueue(url);
        }
    }
}
