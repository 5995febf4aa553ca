namespace Quietune.Data.Clinical;

/// <summary>The stays of one source.</summary>
/// <param name="Name">What it is called, such as <c>set-a</c>.</param>
/// <param name="Stays">In rising order of their numbers.</param>
/// <param name="Cleaned">What was cleaned; null for private data, of which nothing is counted.</param>
public sealed record StaySet(string Name, IReadOnlyList<Stay> Stays, CleaningCounts? Cleaned);
