namespace Quietune.Reporting.Html;

/// <summary>A titled part of a page.</summary>
/// <param name="Id">Name of its anchor, unique on the page.</param>
/// <param name="Title">Heading.</param>
/// <param name="Content">What it says.</param>
internal sealed record Section(string Id, string Title, Markup Content);
