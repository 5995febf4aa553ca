using System.Text.Json;
using Microsoft.Playwright;

namespace Quietune.Reporting.Tests.Browser;

/// <summary>Every page as a reader meets it: opened from disk in Chromium.</summary>
public sealed class PageTests(ChromiumBrowser browser, AxeCore axe) : IClassFixture<ChromiumBrowser>, IClassFixture<AxeCore>
{
    private const int LargestPage = 2_000_000;

    public static TheoryData<string> Pages => ["demo", "tuning", "joined", "race"];

    public static TheoryData<string, ColorScheme> PagesInBothSchemes =>
        [.. Pages.Select(page => page.Data).SelectMany(name => new[] { ColorScheme.Light, ColorScheme.Dark }.Select(scheme => (name, scheme)))];

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Page_OpenedFromDisk_IsSmallSilentAndFetchesNothing(string name)
    {
        var html = Html(name);
        await using var page = await browser.PageAsync(html);
        await page.OpenAsync();

        Assert.InRange(System.Text.Encoding.UTF8.GetByteCount(html), 1, LargestPage);
        Assert.Empty(page.Said);
        Assert.Empty(page.Fetched);
        Assert.Equal("Quietune", await page.Page.Locator(".brand").InnerTextAsync(), ignoreCase: true);

        // What is drawn is drawn: every picture and figure takes room.
        foreach (var picture in await page.Page.Locator("svg, img").AllAsync())
        {
            var box = await picture.BoundingBoxAsync();
            Assert.True(box is { Width: > 20, Height: > 20 }, $"A picture is {box?.Width} × {box?.Height} pixels.");
        }
    }

    [Fact]
    public async Task Page_ThatFetchesOrFails_IsCaught()
    {
        await using var page = await browser.PageAsync("<!DOCTYPE html><html><head><link rel='icon' href='data:,'></head><body><img src='gone.png'><script>console.error('a'); throw new Error('b');</script></body></html>");
        await page.OpenAsync();
        Assert.Contains(page.Fetched, url => url.EndsWith("gone.png", StringComparison.Ordinal));
        Assert.Contains(page.Said, said => said == "error: a");
        Assert.Contains(page.Said, said => said.Contains('b', StringComparison.Ordinal) && said.StartsWith("error: ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Page_WithAScriptSmuggledIn_DoesNotRunIt()
    {
        var html = Html("tuning").Replace("</main>", "<script>document.title = 'run';</script><img src='https://example.org/x.png'></main>", StringComparison.Ordinal);
        await using var page = await browser.PageAsync(html);
        await page.OpenAsync();
        Assert.NotEqual("run", await page.Page.TitleAsync());
        Assert.Contains(page.Said, said => said.Contains("Content Security Policy", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(PagesInBothSchemes))]
    public async Task Page_AxeRules_FindNothing(string name, ColorScheme scheme)
    {
        await using var page = await browser.PageAsync(Html(name), scheme, ignoresPolicy: true);
        await page.OpenAsync();
        Assert.Equal(scheme == ColorScheme.Dark, await IsDarkAsync(page));
        Assert.Empty(await axe.ViolationsAsync(page));
    }

    [Fact]
    public async Task AxeRules_BrokenPage_FindIt()
    {
        var html = Html("tuning").Replace("--muted: #566270", "--muted: #b6c2d0", StringComparison.Ordinal).Replace("scope=\"col\"", "scope=\"side\"", StringComparison.Ordinal)
            .Replace("</main>", "<img src='data:,'></main>", StringComparison.Ordinal);
        await using var page = await browser.PageAsync(html, ignoresPolicy: true);
        await page.OpenAsync();
        var found = await axe.ViolationsAsync(page);
        Assert.All(["color-contrast", "scope-attr-valid", "image-alt"], rule => Assert.Contains(found, line => line.StartsWith(rule, StringComparison.Ordinal)));
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Page_TabKey_ReachesEveryLinkInOrderWithAVisibleFocus(string name)
    {
        await using var page = await browser.PageAsync(Html(name));
        await page.OpenAsync();
        var expected = await page.Page.EvaluateAsync<string[]>("() => [...document.querySelectorAll('a[href], [tabindex=\"0\"]')].map(element => element.outerHTML.slice(0, 80))");
        Assert.True(expected.Length > 3, "Expected links.");
        List<string> reached = [];
        for (var press = 0; press < expected.Length; press++)
        {
            await page.Page.Keyboard.PressAsync("Tab");
            var focus = await page.Page.EvaluateAsync<JsonElement>(
                "() => { const element = document.activeElement, style = getComputedStyle(element), box = element.getBoundingClientRect();"
                + " return { html: element.outerHTML.slice(0, 80), outline: style.outlineStyle === 'none' ? 0 : parseFloat(style.outlineWidth), left: box.left, width: box.width }; }");
            reached.Add(focus.GetProperty("html").GetString()!);
            Assert.True(focus.GetProperty("outline").GetDouble() >= 2, $"No visible focus at {reached[^1]}.");
            Assert.True(focus.GetProperty("left").GetDouble() >= 0 && focus.GetProperty("width").GetDouble() > 0, $"Outside the window: {reached[^1]}.");
        }

        Assert.Equal(expected, reached);
        Assert.Contains("skip", reached[0], StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Page_SkipLink_LeadsToTheContent(string name)
    {
        await using var page = await browser.PageAsync(Html(name));
        await page.OpenAsync();
        await page.Page.Keyboard.PressAsync("Tab");
        await page.Page.Keyboard.PressAsync("Enter");
        Assert.EndsWith("#main", page.Page.Url, StringComparison.Ordinal);
        await page.Page.Keyboard.PressAsync("Tab");

        // The browser moves the focus in its own time.
        await page.Page.WaitForFunctionAsync("() => document.querySelector('main').contains(document.activeElement) || document.activeElement === document.body");
        Assert.True(await page.Page.EvaluateAsync<bool>("() => document.querySelector('main').contains(document.activeElement) || document.activeElement === document.body"));
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Page_Printed_IsDarkOnWhiteAndFitsTheSheet(string name)
    {
        const int SheetWidth = 673; // A4 less the margins of the style, at 96 pixels an inch.
        await using var page = await browser.PageAsync(Html(name), ColorScheme.Dark, width: SheetWidth);
        await page.OpenAsync();
        await page.Page.EmulateMediaAsync(new() { Media = Media.Print, ColorScheme = ColorScheme.Dark });
        Assert.False(await IsDarkAsync(page));
        Assert.False(await page.Page.Locator("nav").IsVisibleAsync());
        Assert.True(await page.Page.Locator("main section").First.IsVisibleAsync());
        Assert.InRange(await OverflowAsync(page), 0, 1);
        var sheets = await page.Page.PdfAsync(new() { Format = "A4" });
        Assert.Equal("%PDF"u8, sheets.AsSpan(0, 4));
        Assert.True(sheets.Length > 10_000, $"Expected printed sheets, got {sheets.Length} bytes.");
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Page_OnATelephone_NeedsNoSidewaysScrolling(string name)
    {
        await using var page = await browser.PageAsync(Html(name), width: 360);
        await page.OpenAsync();
        Assert.InRange(await OverflowAsync(page), 0, 1);
    }

    private static string Html(string name) => name switch
    {
        "demo" => DemoPage.Render(Samples.Story()),
        "tuning" => TuningPage.Render(Samples.Tuning()),
        "joined" => TuningPage.Render(Samples.WholeTuning()),
        _ => RacePage.Render(Samples.Race()),
    };

    private static Task<bool> IsDarkAsync(OpenPage page) =>
        page.Page.EvaluateAsync<bool>("() => getComputedStyle(document.body).backgroundColor.match(/\\d+/g).slice(0, 3).every(part => Number(part) < 128)");

    private static Task<double> OverflowAsync(OpenPage page) =>
        page.Page.EvaluateAsync<double>("() => document.documentElement.scrollWidth - document.documentElement.clientWidth");
}
