using Quietune.Reporting.Figures;
using Quietune.Reporting.Html;

namespace Quietune.Reporting;

/// <summary>The page that tells a race of methods.</summary>
public static class RacePage
{
    /// <summary>Writes the page: one HTML file that fetches nothing.</summary>
    /// <exception cref="ArgumentException">There is no result.</exception>
    public static string Render(RaceStory story)
    {
        if (story.Results.Count == 0)
        {
            throw new ArgumentException("Expected at least one result to tell, got none.", nameof(story));
        }

        var figure = new RaceFigure(story);
        List<Section> sections = [new("result", "Who got how far", Result(story, figure))];
        if (story.Pairs.Count > 0)
        {
            sections.Add(new("pairs", "Run by run", Pairs(story)));
        }

        if (Others(story) is { Count: > 0 } others && story.Results.Any(result => result.Role == RaceRole.Ours))
        {
            sections.Add(new("beside", "Each beside ours", Markup.Of($"<div class=\"pair\">\n{others.Select((name, i) => figure.Beside($"beside-{i}", name))}</div>\n\n")));
        }

        sections.Add(new("time", "What it costs in time", Markup.Of($"""
            <div class="pair">
            {Budgets(story).Select((epsilon, i) => Figure.Of(figure.AgainstTime($"time-{i}", epsilon), $"ε = {Numbers.Short(epsilon)}: one rehearsal and one run."))}</div>

            """)));
        if (story.Results.Any(result => result.Role != RaceRole.Oracle))
        {
            sections.Add(new("foretold", "What was foretold", Foretold(story, figure)));
        }

        sections.Add(new("settings", "Settings", Settings(story)));
        return Page.Render(story.Title, Lead(story), sections, Markup.Of($"""
            <p>An experiment on rows declared public, with seeded noise: nothing here is a private release. This page is one file and fetches nothing.</p>

            """));
    }

    private static Markup Lead(RaceStory story)
    {
        var best = story.Results.Where(result => result.Role != RaceRole.Oracle).MaxBy(result => result.Mean);
        return Markup.Of($"""
            <p class="lead">Every method tunes the same model on the same rows with the same budget, by settings that a rehearsal on public rows found.
            {(story.Results.Any(result => result.Role == RaceRole.Oracle) ? "Those marked as oracles found them by looking at the private and test rows. That is cheating, and shows how far a method could come." : string.Empty)}</p>
            <dl class="key">
            <div><dt>{story.Measure} before</dt><dd>{Told(story, story.Before)}</dd></div>
            {(best is null ? Markup.None : Markup.Of($"<div><dt>best: {best.Name}, ε = {Numbers.Short(best.Epsilon)}</dt><dd>{Told(story, best.Mean)}</dd></div>\n"))}{(story.NonPrivate is { } value ? Markup.Of($"<div><dt>without privacy</dt><dd>{Told(story, value)}</dd></div>\n") : Markup.None)}</dl>

            """);
    }

    private static Markup Result(RaceStory story, RaceFigure figure) => Markup.Of($"""
        {Figure.Of(figure.AgainstEpsilon("epsilon"), $"{story.Measure} on test rows against ε, mean over seeds; ours with the 95 % band of that mean.")}{Table.Of(
            $"{story.Measure} on test rows",
            ["Method", "ε", "Mean", "Deviation", "95 % interval", "Gain", "Passes", "Time in passes", "Time to rehearse"],
            story.Results.Select(result => new[]
            {
                result.Name, Numbers.Short(result.Epsilon), Told(story, result.Mean), Small(story, result.Deviation),
                result is { Low: { } low, High: { } high } ? $"{Told(story, low)} to {Told(story, high)}" : "–",
                Signed(story, result.Mean - story.Before), Numbers.Count(result.Passes), Numbers.Duration(result.PassSeconds), Numbers.Duration(result.RehearsalSeconds),
            }))}
        """);

    private static Markup Pairs(RaceStory story) => Markup.Of($"""
        <p>Runs of one number share their private rows and the seed of their noise, so they are compared in pairs. Ours is, at each budget, the one of our methods that did best in rehearsal.</p>
        {Table.Of(
            "Ours less the other",
            ["The other", "ε", "Ours", "Difference", "Standard error", "p", "Won"],
            story.Pairs.Select(pair => new[]
            {
                pair.Other, Numbers.Short(pair.Epsilon), pair.Ours, Signed(story, pair.Difference), pair.StandardError is { } error ? Small(story, error) : "–",
                pair.PValue is { } p ? Numbers.Short(p) : "–", $"{pair.Wins} of {pair.Runs}",
            }))}
        """);

    private static Markup Foretold(RaceStory story, RaceFigure figure) => Markup.Of($"""
        <p>A rehearsal foretells a gain from public rows alone: the line through its scenarios, at what the pretrained model reaches here.{(story.WithinThreePoints is { } share
            ? $" {Numbers.Percent(share)} of the runs ended within three points of it, which is the shaded band."
            : string.Empty)} Results that looked at the answer are left out.</p>
        <div class="pair">
        {Figure.Of(figure.AgainstForetold("foretelling"), "Every result: what came against what was foretold.")}{Table.Of(
            "Foretold and reached",
            ["Method", "ε", "Foretold", "Reached", "Off by"],
            story.Results.Where(result => result.Role != RaceRole.Oracle).Select(result => new[]
            {
                result.Name, Numbers.Short(result.Epsilon), Told(story, result.Foretold), Told(story, result.Mean), Signed(story, result.Mean - result.Foretold),
            }))}</div>

        """);

    private static Markup Settings(RaceStory story) => Markup.Of($"""
        {Table.Of("The same for all", story.Conditions)}{Table.Of(
            "Found by the rehearsals",
            ["Method", "ε", "Settings"],
            story.Results.Select(result => new[] { result.Name, Numbers.Short(result.Epsilon), result.Settings }))}
        """);

    private static List<string> Others(RaceStory story) => [.. story.Results.Where(result => result.Role != RaceRole.Ours).Select(result => result.Name).Distinct()];

    private static List<double> Budgets(RaceStory story) => [.. story.Results.Select(result => result.Epsilon).Distinct().Order()];

    private static string Told(RaceStory story, double value) => story.IsShare ? Numbers.Percent(value) : Numbers.Fixed(value, 4);

    private static string Small(RaceStory story, double value) => story.IsShare ? Numbers.Fixed(100 * value, 2) : Numbers.Fixed(value, 4);

    private static string Signed(RaceStory story, double value) => story.IsShare ? Numbers.Points(value) : (value >= 0 ? "+" : string.Empty) + Numbers.Fixed(value, 4);
}
