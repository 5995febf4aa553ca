namespace Quietune.Reporting.Html;

/// <summary>What a promise means, in plain words.</summary>
internal static class Prose
{
    private static readonly double[] OtherDeltas = [1e-3, 1e-4, 1e-6, 1e-8, 1e-10];

    /// <summary>The promise, for who runs a system and does not know the field.</summary>
    public static Markup Promise(Promise promise)
    {
        var unit = promise.PrivacyUnit;
        var factor = Math.Ceiling(100 * Math.Exp(promise.Epsilon)) / 100;
        return Markup.Of($"""
            <p>Pick any {unit} and imagine two worlds: in one, the {unit} was among the private data; in the other, it was not.
            (Exactly: {promise.Adjacency}.) The tuned model came out of a draw that had noise added to it, and the noise makes the two worlds look alike.
            Whatever somebody concludes from the model, with any method, any computer and any knowledge from elsewhere,
            is <strong>at most {Numbers.Short(factor)} times as likely</strong> in one world as in the other, {(promise.IsPure ? Markup.Of($"without exception") : Markup.Of($"give or take <strong>{Numbers.Short(promise.Delta)}</strong>"))}.
            The factor is e<sup>ε</sup> with ε = {Numbers.Short(promise.Epsilon)}; {(promise.IsPure ? "there is no remainder: δ = 0" : $"the remainder is δ = {Numbers.Short(promise.Delta)}")}.</p>
            <p>As a test: let a coin decide whether the {unit} goes in, and let an attacker who knows everything else say which way it fell.
            Without the model he is right 50 times in 100; with it, <strong>at most {Tenths(promise.GuessRate)} times in 100</strong>.
            If he may accuse 5 in 100 of those who were not in, he finds at most {Tenths(promise.HitRate(0.05))} in 100 of those who were.</p>

            """);
    }

    /// <summary>What the promise leaves out, so that nobody reads more into it.</summary>
    public static Markup Limits(Promise promise) => Markup.Of($"""
        <h3>What it does not promise</h3>
        <ul>
        <li>It hides one {promise.PrivacyUnit}, not what all of them have in common: learning that is the purpose.</li>
        <li>It is about this one release. Another model tuned on the same data spends more, and the two add up.</li>
        <li>It covers the private data alone; the data the model was pretrained on counts as public.</li>
        <li>Results measured on private data and published beside the model would be releases of their own.</li>
        </ul>

        """);

    /// <summary>The promise in numbers.</summary>
    public static Markup Table(Promise promise) => Html.Table.Of("The promise in numbers", [
        new("ε, δ", $"{Numbers.Short(promise.Epsilon)}, {Numbers.Short(promise.Delta)}", "the pair promised"),
        new("μ", Numbers.Short(promise.Mu), promise.IsPure
            ? "telling the two worlds apart is at least as hard as telling N(0, 1) from N(μ, 1)"
            : "the whole curve in one number: telling the two worlds apart is as hard as telling N(0, 1) from N(μ, 1)"),
        new("neighbours", promise.Adjacency, "the two worlds"),
        new("N", Numbers.Count(promise.NominalSize), "nominal number of private rows; a public constant, not a count"),
    ]);

    /// <summary>The same guarantee at other values of δ.</summary>
    public static Markup OtherPairs(Promise promise) => Html.Table.Of(
        "The same promise at other δ",
        ["δ", "ε"],
        OtherDeltas.Append(promise.Delta).Distinct().OrderDescending().Select(delta => new[]
        {
            Numbers.Short(delta),
            Numbers.Short(delta == promise.Delta ? promise.Epsilon : Math.Ceiling(1e4 * promise.EpsilonOf(delta)) / 1e4),
        }));

    private static string Tenths(double share) => Numbers.Fixed(Math.Ceiling(1000 * share) / 10, 1);
}
