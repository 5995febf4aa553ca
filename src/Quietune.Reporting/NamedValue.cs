namespace Quietune.Reporting;

/// <summary>A name and its value, ready to be read.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Value">Its value, written out with its unit.</param>
/// <param name="Note">What it means or where it came from; null where the name says it all.</param>
public sealed record NamedValue(string Name, string Value, string? Note = null);
