namespace Quietune.Reporting;

/// <summary>A race of methods, ready to be told as a page.</summary>
/// <param name="Title">What was raced.</param>
/// <param name="Measure">The measure's name; higher is better.</param>
/// <param name="Before">What the pretrained model reaches.</param>
/// <param name="NonPrivate">What it reaches tuned without privacy; null where that was not done.</param>
/// <param name="Results">One for each method, budget and way of finding settings.</param>
/// <param name="Pairs">Ours beside the others.</param>
/// <param name="Conditions">What was the same for all of them.</param>
public sealed record RaceStory(
    string Title,
    string Measure,
    double Before,
    double? NonPrivate,
    IReadOnlyList<RaceResult> Results,
    IReadOnlyList<RacePair> Pairs,
    IReadOnlyList<NamedValue> Conditions)
{
    /// <summary>Whether the measure is a share, told in per cent and points.</summary>
    public bool IsShare { get; init; } = true;

    /// <summary>Share of the runs, but for the oracles', that ended within three points of what was foretold; null where the measure has no points.</summary>
    public double? WithinThreePoints { get; init; }
}
