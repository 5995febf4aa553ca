using Quietune.Reporting.Html;

namespace Quietune.Reporting.Figures;

/// <summary>The foretold decrease of the loss, geometry by geometry, as bars from zero with a mark for the scenario that fares worst.</summary>
internal static class BenefitFigure
{
    private const double Half = 0.17;
    private const int RowHeight = 44;

    /// <summary>Draws the figure.</summary>
    public static Markup Render(string id, IReadOnlyList<PlannedGeometry> geometries)
    {
        var most = geometries.Max(geometry => geometry.Benefit);
        var least = Math.Min(0, geometries.Min(geometry => geometry.LeastBenefit));
        using var chart = new Chart(
            Axis.Linear("foretold decrease of the loss, nats", least, most > least ? most : least + 1),
            Axis.Silent(0, geometries.Count),
            height: 62 + (RowHeight * geometries.Count));
        for (var i = 0; i < geometries.Count; i++)
        {
            var geometry = geometries[i];
            var middle = geometries.Count - i - 0.68;
            chart.Bar(Math.Min(0, geometry.Benefit), middle - Half, Math.Max(0, geometry.Benefit), middle + Half, i == 0 ? Ink.Accent : Ink.Plain);
            chart.Line([(geometry.LeastBenefit, middle - Half - 0.06), (geometry.LeastBenefit, middle + Half + 0.06)], Ink.Text, width: 2);
            chart.Words(0, middle + Half, $"{geometry.Name}: {Numbers.Short(geometry.Benefit)}", dx: 2, dy: -9, isStrong: i == 0);
        }

        return chart.Render(id, "Foretold decrease of the loss", string.Join("; ", geometries.Select(geometry =>
            $"{geometry.Name} {Numbers.Short(geometry.Benefit)}, at worst {Numbers.Short(geometry.LeastBenefit)}")) + ".");
    }
}
