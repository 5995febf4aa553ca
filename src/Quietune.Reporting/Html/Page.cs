namespace Quietune.Reporting.Html;

/// <summary>The frame of every page: one file, no network, light and dark.</summary>
internal static class Page
{
    // The policy makes the browser itself refuse whatever a mistake here might fetch.
    private const string Policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

    private static readonly Lazy<Markup> Style = new(() => Markup.Trusted(ReadStyle()));

    /// <summary>Puts a page together.</summary>
    public static string Render(string title, Markup lead, IReadOnlyList<Section> sections, Markup footer) => Markup.Of($"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta http-equiv="Content-Security-Policy" content="{Policy}" />
        <title>{title} · Quietune</title>
        <link rel="icon" href="data:," />
        <style>
        {Style.Value}</style>
        </head>
        <body>
        <a class="skip" href="#main">Skip to the content</a>
        <header>
        <p class="brand">Quietune</p>
        <h1>{title}</h1>
        {lead}<nav aria-label="Sections"><ul>{sections.Select(Entry)}</ul></nav>
        </header>
        <main id="main">
        {sections.Select(Body)}</main>
        <footer>
        {footer}</footer>
        </body>
        </html>

        """).ToString();

    private static Markup Entry(Section section) => Markup.Of($"<li><a href=\"#{section.Id}\">{section.Title}</a></li>");

    private static Markup Body(Section section) => Markup.Of($"""
        <section id="{section.Id}" aria-labelledby="{section.Id}-title">
        <h2 id="{section.Id}-title">{section.Title}</h2>
        {section.Content}</section>

        """);

    private static string ReadStyle()
    {
        using var stream = typeof(Page).Assembly.GetManifestResourceStream("Page.css")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
