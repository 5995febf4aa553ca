using Quietune.Reporting.Figures;
using Quietune.Reporting.Html;

namespace Quietune.Reporting;

/// <content>What was found when the run was tried: attacks, measures, noise.</content>
public static partial class TuningPage
{
    private static Markup Attacked(TuningStory story)
    {
        if (story.Audits.Count == 0 && story.Membership.Count == 0 && story.Exposure.Count == 0)
        {
            return Markup.Of($"""
                <p>No audit was joined to this report: the promise rests on the derivation alone. An audit attacks the same method on public rows:
                <code>quietune audit … --json &gt; audit.json</code>, then <code>quietune report MODEL --audit audit.json</code>.</p>

                """);
        }

        return Markup.Of($"""
            <p>The method was attacked on public rows in the private rows' place, by attackers who know all but one of them. What an attack proves is a lower bound:
            a promise of less would be false. One that proves little may be a weak attack; one that proves more than was promised refutes the promise.{(Others(story)
                ? " Lines that name another method or budget than this run's tell of the implementation, not of this promise."
                : string.Empty)}</p>
            {(story.Audits.Count > 0 ? Table.Of("Audits", ["Attack", "Method", "ε promised", "ε proven", "Of any mechanism", "Right guesses", "Allowed", "Guesses", "Verdict"], story.Audits.Select(Row)) : Markup.None)}
            {(Points(story) is { Count: > 0 } points ? Table.Of("Attacks on the curve", ["Attack", "False alarms", "Members found"], points.Select(point => new[] { point.Name, Numbers.Percent(point.FalseAlarmRate), Numbers.Percent(point.HitRate) })) : Markup.None)}
            {(story.Membership.Count > 0 ? Members(story) : Markup.None)}
            {(story.Exposure.Count > 0 ? Table.Of("Exposure of inserted secrets, in bits; another model, of text", ["Method", "ε", "Insertions", "Secrets", "Private", "Without privacy", "At most"], story.Exposure.Select(Secrets)) : Markup.None)}
            """);

        static string[] Secrets(ExposureStory found) =>
        [
            found.Method, Numbers.Short(found.Epsilon), Numbers.Count(found.Insertions), Numbers.Count(found.Secrets), Numbers.Fixed(found.Mean, 1), Numbers.Fixed(found.MeanNonPrivate, 1), Numbers.Fixed(found.Largest, 1),
        ];

        static string[] Row(AuditStory audit) =>
        [
            audit.Attack, audit.Method, Numbers.Short(audit.Epsilon), Numbers.Fixed(audit.EpsilonProven, 3), Numbers.Fixed(audit.EpsilonProvenOfAny, 3), Numbers.Percent(audit.Accuracy), Numbers.Percent(audit.LargestAccuracy),
            Numbers.Count(audit.Guesses), audit.IsRefuted ? "REFUTED" : $"holds at {Numbers.Percent(audit.Confidence)}",
        ];
    }

    private static bool Others(TuningStory story) => story.Audits.Any(audit => !audit.IsOfThisPromise) || story.Membership.Any(attack => !attack.IsOfThisPromise);

    private static List<AttackPoint> Points(TuningStory story) => [.. story.Audits.Where(audit => audit.IsOfThisPromise).SelectMany(audit => audit.Points)];

    private static Markup Members(TuningStory story)
    {
        var drawn = story.Membership.Where(attack => attack.IsOfThisPromise).ToList();
        return Markup.Of($"""
            {Table.Of("Attacks on membership", ["Attack", "Method", "ε", "Area", "Advantage", "Allowed", "Found at 1 %", "Allowed"], story.Membership.Select(attack => new[]
            {
                attack.Attack, attack.Method, Numbers.Short(attack.Epsilon), Numbers.Fixed(attack.Area, 3), Numbers.Fixed(attack.Advantage, 3), Numbers.Fixed(attack.LargestAdvantage, 3),
                Numbers.Percent(attack.HitRateAtOnePercent), Numbers.Percent(attack.LargestHitRateAtOnePercent),
            }))}{(drawn.Count > 0
                ? Figure.Of(MembershipFigure.Render("membership", story.Promise, drawn), "Members found for the false alarms accepted, both on logarithmic axes: the left end shows who can be told for sure.")
                : Markup.None)}
            """);
    }

    private static Markup Reached(TuningStory story) => story.Evaluations.Count == 0
        ? Markup.Of($"""
            <p>No measure was joined to this report. Measures come from rows declared public, never from the private ones:
            <code>quietune evaluate … --json &gt; evaluation.json</code>, then <code>quietune report MODEL --evaluation evaluation.json</code>.</p>

            """)
        : Markup.Of($"""
            <p>Measured on rows declared public; the intervals hold 95 % of what other rows of the same kind would give.</p>
            {Table.Of("All rows", ["Measure", .. story.Evaluations.Select(Head)], Names(story.Evaluations.Select(evaluation => evaluation.Measures)).Select(name =>
                (string[])[name, .. story.Evaluations.Select(evaluation => Told(evaluation.Measures, name))]))}{story.Evaluations.Where(evaluation => evaluation.Groups.Count > 0).Select(Groups)}
            """);

    private static string Head(EvaluationStory evaluation) => $"{evaluation.Model}, {Numbers.Count(evaluation.Rows)} rows of {evaluation.Data}";

    private static Markup Groups(EvaluationStory evaluation)
    {
        var names = Names(evaluation.Groups.Select(group => group.Measures));
        return Table.Of(
            $"Parts of the rows, {evaluation.Model}: privacy harms small groups most",
            ["Part", "Rows", .. names],
            evaluation.Groups.Select(group => (string[])[group.Name, Numbers.Count(group.Rows), .. names.Select(name => Told(group.Measures, name))]));
    }

    private static List<string> Names(IEnumerable<IReadOnlyList<MeasuredValue>> measures) => [.. measures.SelectMany(list => list.Select(measure => measure.Name)).Distinct()];

    private static string Told(IReadOnlyList<MeasuredValue> measures, string name) => measures.FirstOrDefault(measure => measure.Name == name) switch
    {
        null => "–",
        { Low: { } low, High: { } high } measure => $"{Numbers.Fixed(measure.Value, 3)} ({Numbers.Fixed(low, 3)} to {Numbers.Fixed(high, 3)})",
        { } measure => Numbers.Fixed(measure.Value, 3),
    };

    private static Markup Released(TuningStory story) => story is { Excess: null, Geometry: null }
        ? Markup.Of($"<p>Neither was measured in this run.</p>\n\n")
        : Markup.Of($"""
            <div class="pair">
            <div>
            {(story.Geometry is { } geometry ? Geometry(geometry) : Markup.None)}{(story.Excess is { } excess ? Excess(excess) : Markup.None)}</div>
            {(story.Geometry is { Spectrum.Count: > 1 } spectrum
                ? Figure.Of(SpectrumFigure.Render("spectrum", spectrum), "Public curvature of the model's coordinates, strongest first. The coordinates left of the line were released; those below the dashed line are damped more than they curve.")
                : Markup.None)}</div>

            """);

    private static Markup Geometry(GeometryStory geometry) => Table.Of("Geometry", [
        new("kind", geometry.Kind, "how gradients are whitened"),
        new("released", Numbers.Count(geometry.Dimension), $"coordinates, of {Numbers.Count(geometry.Parameters)} numbers that are tuned"),
        .. geometry.EnergyKept is { } kept ? [new NamedValue("energy kept", Numbers.Percent(kept), "of public gradients; what lies outside cannot be learned")] : Array.Empty<NamedValue>(),
    ]);

    private static Markup Excess(ExcessStory excess) => Table.Of("Excess of the quadratic model over its minimum, per unit and release", [
        new("expected", Numbers.Short(excess.Expected), "from the budget, N and the number of coordinates"),
        new("achieved", Numbers.Short(excess.AchievedMean), $"mean of {Numbers.Count(excess.Draws)} draws of the same mechanism without a private row"),
        new("largest", Numbers.Short(excess.AchievedLargest), "of these draws"),
        new("in 1 of 100", Numbers.Short(excess.PassedInOnePercent), "is passed no more often than that"),
    ]);
}
