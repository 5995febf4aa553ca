namespace Quietune.Reporting.Tests;

public sealed class PlanningPageTests
{
    private const string Hostile = "<script>alert('a')</script> \" onload=\"b\" ' & </title></style> https://example.org/x.js";

    [Fact]
    public void Render_SeveralGeometries_KeepsThePageRulesAndTellsTheNumbers()
    {
        var html = PlanningPage.Render(Story([Planned("kronecker:300", 0.125, 0.0625), Planned("identity", 0.015625, -0.5)]));
        PageRules.Check(html);
        var page = PageReader.Read(html);
        var rows = page.WithId("benefit").All("tr").Select(row => string.Join('|', row.Elements().Select(cell => cell.Value))).ToList();
        Assert.Contains(rows, row => row.StartsWith("kronecker:300|0.0125|0.125|0.125|0.0625|", StringComparison.Ordinal));
        Assert.Contains(rows, row => row.StartsWith("identity|0.001563|0.01563|0.01563|−0.5|", StringComparison.Ordinal));
        Assert.Contains("kronecker:300", page.All("header").Single().Value, StringComparison.Ordinal);
        Assert.Contains(page.WithId("cost").All("tr"), row => row.Value.Contains("3.0 MiB", StringComparison.Ordinal));
    }

    [Fact]
    public void Render_NothingToGain_StillDrawsItsFigure() => PageRules.Check(PlanningPage.Render(Story([Planned("identity", 0, 0)])));

    [Fact]
    public void Render_HostileNames_AreShownAsText()
    {
        var html = PlanningPage.Render(Story([Planned(Hostile, 1, 0)]) with { Title = Hostile });
        PageRules.Check(html.Replace("//example", "example", StringComparison.Ordinal));
        Assert.Equal(Hostile, PageReader.Read(html).All("h1").Single().Value);
    }

    [Fact]
    public void Render_NoGeometry_IsRefused() => Assert.Throws<ArgumentException>(() => PlanningPage.Render(Story([])));

    private static PlannedGeometry Planned(string name, double benefit, double least) => new(name, 300, 0.01, 0.17, 0.5, 1e-4, 2e-4, benefit, least, 0.003, benefit, benefit / 10, 0.75, 0.2, 12, 3 << 20);

    private static PlanningStory Story(PlannedGeometry[] geometries) => new("ward.onnx, planned", 1, 1e-5, 1000, geometries, [new("loss", "binary")]);
}
