using Quietune.Reporting.Figures;
using Quietune.Reporting.Html;

namespace Quietune.Reporting;

/// <summary>The page that tells what a tuning run promised and did, and what was found when it was tried.</summary>
public static partial class TuningPage
{
    /// <summary>Writes the page: one HTML file that fetches nothing.</summary>
    /// <exception cref="ArgumentOutOfRangeException">μ is not finite and above 0.</exception>
    public static string Render(TuningStory story) => Page.Render(
        story.Title,
        Lead(story),
        [
            new("promise", "What was promised", Promised(story)),
            new("attacks", "What attacks found", Attacked(story)),
            new("budget", "The budget", Budget(story)),
            new("rehearsal", "What the rehearsal foretold", Rehearsed(story)),
            new("reached", "What the model reaches", Reached(story)),
            new("geometry", "Noise and geometry", Released(story)),
            new("how", "How it was done", How(story)),
            new("again", "How to check it", Again(story)),
            new("certificate", "The certificate", Markup.Of($"""
                <pre tabindex="0" role="region" aria-label="Certificate as JSON">{story.Certificate}</pre>

                """)),
        ],
        Markup.Of($"""
            <p>This page is one file and fetches nothing. No number in it was computed from private rows, but for those that were released with noise.</p>

            """));

    private static Markup Lead(TuningStory story) => Markup.Of($"""
        {(story.NotPrivate is { } reason ? Markup.Of($"<p class=\"warning\"><strong>This run keeps no promise.</strong> {reason}.</p>\n") : Markup.None)}<p class="lead">The model was tuned on about {Numbers.Count(story.Promise.NominalSize)} private {story.Promise.PrivacyUnit}s that nobody looked at.{(story.IsForced
            ? " The rehearsal on public data predicted harm at this budget; the plan was carried out by force."
            : string.Empty)}</p>
        <dl class="key">
        <div><dt>Privacy promised</dt><dd>ε = {Numbers.Short(story.Promise.Epsilon)}, δ = {Numbers.Short(story.Promise.Delta)}</dd></div>
        <div><dt>Best guess of an attacker</dt><dd>right {Numbers.PercentAtMost(story.Promise.GuessRate)} of the time</dd></div>
        {Proven(story)}</dl>

        """);

    private static Markup Proven(TuningStory story) => story.Audits.Where(audit => audit.IsOfThisPromise).ToList() is { Count: > 0 } audits
        ? Markup.Of($"<div><dt>{(audits.Exists(audit => audit.IsRefuted) ? "Promise refuted by an audit" : "Most that an audit could prove")}</dt><dd>ε ≥ {Numbers.Fixed(audits.Max(audit => audit.EpsilonProven), 2)}</dd></div>\n")
        : Markup.None;

    private static Markup Promised(TuningStory story)
    {
        var promise = story.Promise;
        var points = story.Audits.Where(audit => audit.IsOfThisPromise).SelectMany(audit => audit.Points).ToList();
        var tried = points.Count == 0 ? string.Empty : " Diamonds are attacks that were tried; their names are in the table of audits.";
        return Markup.Of($"""
            {Prose.Promise(promise)}<div class="pair">
            {Figure.Of(PrivacyProfileFigure.Render("profile", promise), "The pairs (ε, δ) that the release promises; the dot is the pair asked for.")}{Figure.Of(
                AttackFigure.Render("attack", promise, points), $"The same promise as an attacker meets it: members found for the false alarms accepted.{tried}")}</div>
            {Prose.Limits(promise)}<div class="pair">
            {Prose.Table(promise)}{Prose.OtherPairs(promise)}</div>

            """);
    }

    private static Markup Budget(TuningStory story) => story.Budget is not { } budget
        ? Markup.Of($"""
            <p>No ledger was kept, so nothing here says what else was spent on the same private rows: their owner has to add it up.</p>

            """)
        : Markup.Of($"""
            <p>Before the private rows were opened, the budget was set aside in a ledger that cannot be changed unseen.</p>
            {Table.Of($"Budget of dataset {budget.Dataset}, ε at δ = {Numbers.Short(budget.Delta)}", [
                new("granted", Numbers.Short(budget.EpsilonGranted), "what all releases together may spend"),
                new("spent before", Numbers.Short(budget.SpentBefore), "reservations that are still open count"),
                new("spent after", Numbers.Short(budget.SpentAfter), "less than the sum: releases compose better than they add"),
                new("releases", Numbers.Count(budget.Releases), "that count after this one"),
            ])}
            """);

    private static Markup Rehearsed(TuningStory story) => Markup.Of($"""
        <p>The whole procedure ran on public rows in the private rows' role, under changes that stand for how private rows may differ. It chose every setting, and cost no budget.{(story.PredictedGain is { } gain
            ? $" It foretells that the {story.Measure} changes by {gain:+0.000;−0.000}."
            : string.Empty)}</p>
        {Table.Of(
            $"{story.Measure} on public rows",
            ["Scenario", "Before", "After", "Change"],
            story.Rehearsal.Select(row => new[] { row.Name, Numbers.Fixed(row.Before, 3), Numbers.Fixed(row.After, 3), $"{row.After - row.Before:+0.000;−0.000}" }))}
        {Table.Of("The plan: settings, chosen on public data alone", story.Settings)}
        """);

    private static Markup How(TuningStory story) => Markup.Of($"""
        <div class="pair">
        <div>
        {Table.Of("Time", ["Stage", "Time"], story.Times.Select(time => new[] { time.Stage, Numbers.Duration(time.Seconds) }))}{(story.PeakMemory is { } memory
            ? Table.Of("Memory", [new("at most", Numbers.Memory(memory), "before private rows were opened")])
            : Markup.None)}<p class="note">How long private rows took is left out: it would tell how many there are.</p>
        </div>
        {Table.Of("Versions", story.Versions)}</div>
        {Table.Of("Parameters tuned", story.Layers)}
        """);

    private static Markup Again(TuningStory story) => Markup.Of($"""
        {(story.Checks.Count > 0
            ? Table.Of("Checked when this page was made", ["Check", "Result", "Found"], story.Checks.Select(check => new[] { check.Name, check.Passes ? "holds" : "FAILS", check.Detail }))
            : Markup.None)}
        {(story.Hashes.Count > 0 ? Table.Of("SHA-256", story.Hashes) : Markup.None)}
        {(story.Commands.Count > 0 ? Commands(story) : Markup.None)}
        """);

    private static Markup Commands(TuningStory story) => Markup.Of($"""
        <h3>How to do it again</h3>
        <dl class="commands">
        {story.Commands.Select(command => Markup.Of($"<dt>{command.Name}</dt><dd><code>{command.Value}</code>{(command.Note is { } note ? Markup.Of($"<span class=\"note\">{note}</span>") : Markup.None)}</dd>\n"))}</dl>

        """);
}
