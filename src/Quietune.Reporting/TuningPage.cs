using Quietune.Reporting.Figures;
using Quietune.Reporting.Html;

namespace Quietune.Reporting;

/// <summary>The page that tells what a tuning run promised and did.</summary>
public static class TuningPage
{
    /// <summary>Writes the page: one HTML file that fetches nothing.</summary>
    /// <exception cref="ArgumentOutOfRangeException">μ is not finite and above 0.</exception>
    public static string Render(TuningStory story) => Page.Render(
        story.Title,
        Lead(story),
        [
            new("promise", "What was promised", Promised(story.Promise)),
            new("rehearsal", "What the rehearsal foretold", Rehearsed(story)),
            new("how", "How it was done", How(story)),
            new("certificate", "The certificate", Markup.Of($"""
                <pre tabindex="0" role="region" aria-label="Certificate as JSON">{story.Certificate}</pre>

                """)),
        ],
        Markup.Of($"""
            <p>This page is one file and fetches nothing. No number in it was computed from private rows, but for those that were released with noise.</p>

            """));

    private static Markup Lead(TuningStory story) => Markup.Of($"""
        <p class="lead">The model was tuned on about {Numbers.Count(story.Promise.NominalSize)} private {story.Promise.PrivacyUnit}s that nobody looked at.{(story.IsForced
            ? " The rehearsal on public data predicted harm at this budget; the plan was carried out by force."
            : string.Empty)}</p>
        <dl class="key">
        <div><dt>Privacy promised</dt><dd>ε = {Numbers.Short(story.Promise.Epsilon)}, δ = {Numbers.Short(story.Promise.Delta)}</dd></div>
        <div><dt>Best guess of an attacker</dt><dd>right {Numbers.PercentAtMost(story.Promise.GuessRate)} of the time</dd></div>
        </dl>

        """);

    private static Markup Promised(Promise promise) => Markup.Of($"""
        {Prose.Promise(promise)}<div class="pair">
        {Figure.Of(PrivacyProfileFigure.Render("profile", promise), "The pairs (ε, δ) that the release promises; the dot is the pair asked for.")}{Figure.Of(
            AttackFigure.Render("attack", promise, []), "The same promise as an attacker meets it: members found for the false alarms accepted.")}</div>
        {Prose.Limits(promise)}<div class="pair">
        {Prose.Table(promise)}{Prose.OtherPairs(promise)}</div>

        """);

    private static Markup Rehearsed(TuningStory story) => Markup.Of($"""
        <p>The whole procedure ran on public rows in the private rows' role, under changes that stand for how private rows may differ. It chose every setting, and cost no budget.</p>
        {Table.Of(
            $"{story.Measure} on public rows",
            ["Scenario", "Before", "After", "Change"],
            story.Rehearsal.Select(row => new[] { row.Name, Numbers.Fixed(row.Before, 3), Numbers.Fixed(row.After, 3), $"{row.After - row.Before:+0.000;−0.000}" }))}
        """);

    private static Markup How(TuningStory story) => Markup.Of($"""
        <div class="pair">
        {Table.Of("Settings, chosen on public data alone", story.Settings)}{Table.Of("Time", ["Stage", "Time"], story.Times.Select(time => new[] { time.Stage, Numbers.Duration(time.Seconds) }))}</div>
        <div class="pair">
        {Table.Of("Parameters tuned", story.Layers)}{Table.Of("Versions", story.Versions)}</div>

        """);
}
