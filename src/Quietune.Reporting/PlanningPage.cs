using Quietune.Reporting.Figures;
using Quietune.Reporting.Html;

namespace Quietune.Reporting;

/// <summary>The page that foretells, before any private row is read, what one draw in each geometry costs and brings.</summary>
public static class PlanningPage
{
    /// <summary>Writes the page: one HTML file that fetches nothing.</summary>
    /// <exception cref="ArgumentException">There is no geometry.</exception>
    public static string Render(PlanningStory story)
    {
        if (story.Geometries.Count == 0)
        {
            throw new ArgumentException("Expected at least one geometry to tell of, got none.", nameof(story));
        }

        return Page.Render(
            story.Title,
            Lead(story),
            [
                new("benefit", "What it brings", Benefit(story)),
                new("noise", "What the noise is", Noise(story)),
                new("cost", "What it takes", Cost(story)),
                new("conditions", "Conditions", Table.Of("The same for all", story.Conditions)),
            ],
            Markup.Of($"""
                <p>All of this was computed from public rows; no private row was read. This page is one file and fetches nothing.</p>

                """));
    }

    private static Markup Lead(PlanningStory story) => Markup.Of($"""
        <p class="lead">One private draw from about {Numbers.Count(story.NominalSize)} units, foretold on public stand-ins by the quadratic around the pretrained model, and tried there with noise.</p>
        <dl class="key">
        <div><dt>budget</dt><dd>ε = {Numbers.Short(story.Epsilon)}, δ = {Numbers.Short(story.Delta)}</dd></div>
        <div><dt>largest gain when tried</dt><dd>{story.Geometries[0].Name}</dd></div>
        </dl>

        """);

    private static Markup Benefit(PlanningStory story) => Markup.Of($"""
        {Figure.Of(BenefitFigure.Render("benefit-bars", story.Geometries), "Mean over the scenarios, noise and all; the dark mark is the scenario that fares worst.")}{Table.Of(
            "Rise of the measure, and decrease of the loss in nats",
            ["Geometry", "Tried: measure", "Tried: loss", "Foretold", "Worst scenario", "Taken by noise", "Energy kept"],
            story.Geometries.Select(geometry => new[]
            {
                geometry.Name, Numbers.Short(geometry.TriedGain), Numbers.Short(geometry.TriedDecrease), Numbers.Short(geometry.Benefit), Numbers.Short(geometry.LeastBenefit), Numbers.Short(geometry.NoiseCost), Numbers.Percent(geometry.EnergyKept),
            }))}
        """);

    private static Markup Noise(PlanningStory story) => Markup.Of($"""
        <p>Noise and signal are those of the released mean in whitened coordinates. The excess is what noise costs at the full step where the geometry's metric is the curvature; it is passed by the tail in 5 % of draws.</p>
        {Table.Of(
            "Noise of one draw",
            ["Geometry", "Coordinates", "Noise on each", "Noise in all", "Signal", "Expected excess", "Tail"],
            story.Geometries.Select(geometry => new[]
            {
                geometry.Name, Numbers.Count(geometry.Coordinates), Numbers.Short(geometry.NoisePerCoordinate), Numbers.Short(geometry.TotalNoise), Numbers.Short(geometry.Signal), Numbers.Short(geometry.Excess),
                Numbers.Short(geometry.ExcessTail),
            }))}
        """);

    private static Markup Cost(PlanningStory story) => Table.Of(
        "Time and memory",
        ["Geometry", "To build", "Private pass", "Memory of the pass"],
        story.Geometries.Select(geometry => new[]
        {
            geometry.Name, Numbers.Duration(geometry.BuildSeconds), Numbers.Duration(geometry.PassSeconds), $"{Numbers.Fixed(geometry.Bytes / 1048576.0, 1)} MiB",
        }));
}
