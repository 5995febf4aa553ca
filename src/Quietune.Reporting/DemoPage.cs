using Quietune.Reporting.Figures;
using Quietune.Reporting.Html;
using Quietune.Reporting.Images;

namespace Quietune.Reporting;

/// <summary>The page that tells the demonstration's run in pictures.</summary>
public static class DemoPage
{
    /// <summary>Writes the page: one HTML file that fetches nothing.</summary>
    /// <exception cref="ArgumentException">A picture is not 28×28.</exception>
    /// <exception cref="ArgumentOutOfRangeException">μ is not finite and above 0.</exception>
    public static string Render(DemoStory story) => Page.Render(
        story.Title,
        Lead(story),
        [
            new("data", "What went in", Data(story)),
            new("result", "What came out", Result(story)),
            new("promise", "What was promised", PromiseMade(story.Promise)),
            new("how", "How it was done", How(story)),
            new("certificate", "The certificate", Certificate(story.Certificate)),
        ],
        Footer());

    private static Markup Lead(DemoStory story)
    {
        var accuracies = story.Accuracies;
        var gain = accuracies.Tuned - accuracies.Pretrained;
        var (from, to) = (Numbers.Percent(accuracies.Pretrained), Numbers.Percent(accuracies.Tuned));
        var change = gain switch
        {
            > 0.0005 => $"from {from} to {to}",
            < -0.0005 => $"down from {from} to {to}",
            _ => $"as before, {to}",
        };
        return Markup.Of($"""
            <p class="lead">A small network had learned to read upright digits. Then it was tuned, by one private draw, on {story.Promise.NominalSize} digits
            {story.Shift} that nobody may look at. Whether any one of them was there stays open:
            the best possible attacker tells it right {Numbers.PercentAtMost(story.Promise.GuessRate)} of the time, where a coin gives 50{"\u202F"}%.</p>
            <dl class="key">
            <div><dt>Unseen digits read right</dt><dd>{change}</dd></div>
            <div><dt>Privacy promised</dt><dd>ε = {Numbers.Short(story.Promise.Epsilon)}, δ = {Numbers.Short(story.Promise.Delta)}</dd></div>
            <div><dt>Looks at each private digit</dt><dd>one</dd></div>
            </dl>

            """);
    }

    private static Markup Data(DemoStory story) => Markup.Of($"""
        <p>The network was pretrained on public digits. The private ones are {story.Shift}, which it had never seen.
        The demonstration draws its own digits, so both kinds may be shown here; real private data never would be.</p>
        <div class="pair">
        {ImageSheet.Render("Public: what the network was pretrained on", story.PublicImages)}{ImageSheet.Render("Private: digits like those it was tuned on", story.PrivateImages)}</div>

        """);

    private static Markup Result(DemoStory story)
    {
        var accuracies = story.Accuracies;
        var caption = accuracies.Rehearsed is null
            ? $"Share of unseen digits, {story.Shift}, that are read right."
            : $"Share of unseen digits, {story.Shift}, that are read right. The upright line is what the rehearsal foretold from public data alone.";
        var rows = new List<string[]> { new[] { "before tuning", Numbers.Percent(accuracies.Pretrained), string.Empty }, Row("tuned with privacy", accuracies.Tuned) };
        if (accuracies.NonPrivate is { } nonPrivate)
        {
            rows.Add(Row("tuned without privacy", nonPrivate));
        }

        if (accuracies.Rehearsed is { } rehearsed)
        {
            rows.Add(Row("foretold by the rehearsal", rehearsed));
        }

        return Markup.Of($"""
            <div class="pair">
            {Figure.Of(AccuracyFigure.Render("accuracy", accuracies), caption)}<div>
            {Table.Of("Accuracy on unseen digits", ["Model", "Read right", "Change"], rows)}<p class="note">The tuned model is the only thing made from private digits here; the accuracies are measured on digits generated for it.</p>
            </div>
            </div>

            """);

        string[] Row(string name, double value) => [name, Numbers.Percent(value), Numbers.Points(value - accuracies.Pretrained)];
    }

    private static Markup PromiseMade(Promise promise) => Markup.Of($"""
        {Prose.Promise(promise)}<div class="pair">
        {Figure.Of(
            PrivacyProfileFigure.Render("profile", promise),
            "One draw promises a whole curve of pairs (ε, δ). The dot is the pair asked for; every pair in the shaded area holds too.")}{Figure.Of(
            AttackFigure.Render("attack", promise, []),
            $"The same promise as an attacker meets it: how many members he can find for the false alarms he accepts. The closer to the diagonal, the less the model gives away about one {promise.PrivacyUnit}.")}</div>
        {Prose.Limits(promise)}<div class="pair">
        {Prose.Table(promise)}{Prose.OtherPairs(promise)}</div>

        """);

    private static Markup How(DemoStory story) => Markup.Of($"""
        <ol class="steps">
        <li><strong>Rehearse.</strong> The whole procedure ran on public digits in the private part's role; it chose every setting below. No private digit was read for that.</li>
        <li><strong>Freeze.</strong> Settings, noise and budget were fixed in a plan.</li>
        <li><strong>Draw once.</strong> Each private digit was read once, its gradient clipped, the sum released with noise: an exact draw of the exponential mechanism with a quadratic utility.</li>
        <li><strong>Step.</strong> The step was shortened until public digits said it stayed where the quadratic model holds. That reads no private digit, and costs nothing.</li>
        </ol>
        <div class="pair">
        {Table.Of("Settings, chosen on public data alone", story.Settings)}<div>
        {Table.Of("Time", ["Stage", "Time"], story.Times.Select(time => new[] { time.Stage, Numbers.Duration(time.Seconds) }))}{Table.Of("Versions", story.Versions)}</div>
        </div>

        """);

    private static Markup Certificate(string json) => Markup.Of($"""
        <p>This file goes with the model. It says what was promised, by which mechanism, with which noise, about which model.</p>
        <pre tabindex="0" role="region" aria-label="Certificate as JSON">{json}</pre>

        """);

    private static Markup Footer() => Markup.Of($"""
        <p>The mechanism: Tran, Ramirez, Wang, Bocchinfuso, Stanley and Laiu, arXiv:2605.20521 (2026). The curves: Balle and Wang (2018), theorem 8;
        Dong, Roth and Su, “Gaussian differential privacy” (2022). This page is one file and fetches nothing.</p>

        """);
}
