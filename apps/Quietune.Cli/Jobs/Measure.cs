namespace Quietune.Cli.Jobs;

/// <summary>One measure of a model.</summary>
/// <param name="Key">Its name in JSON.</param>
/// <param name="Name">Its name for people.</param>
/// <param name="Value">Its value.</param>
internal sealed record Measure(string Key, string Name, double Value);
