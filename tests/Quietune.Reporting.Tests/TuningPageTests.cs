using System.Xml.Linq;

namespace Quietune.Reporting.Tests;

public sealed class TuningPageTests
{
    private const string Hostile = "<script>alert('a')</script> \" onload=\"b\" ' & </title></style> https://example.org/x.js";

    [Fact]
    public void Render_RunAloneAndWithAllThatCanBeJoined_KeepsThePageRules()
    {
        PageRules.Check(TuningPage.Render(Samples.Tuning()));
        PageRules.Check(TuningPage.Render(Samples.WholeTuning()));
    }

    [Fact]
    public void Render_HostileTexts_AreShownAsText()
    {
        var page = PageReader.Read(TuningPage.Render(Samples.WholeTuning(Hostile)));
        Assert.Equal(Hostile, page.All("h1").Single().Value);
        Assert.Equal(Hostile, page.All("pre").Single().Value);
        Assert.Empty(page.All("script"));
        Assert.DoesNotContain(page.DescendantsAndSelf().Attributes(), attribute => attribute.Name.LocalName.StartsWith("on", StringComparison.Ordinal));
    }

    [Fact]
    public void Render_NothingJoined_SaysWhatIsMissing()
    {
        var page = PageReader.Read(TuningPage.Render(Samples.Tuning()));
        Assert.Contains("No audit was joined", page.WithId("attacks").Value, StringComparison.Ordinal);
        Assert.Contains("No measure was joined", page.WithId("reached").Value, StringComparison.Ordinal);
        Assert.Contains("No ledger was kept", page.WithId("budget").Value, StringComparison.Ordinal);
        Assert.DoesNotContain("keeps no promise", page.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void Render_AuditsOfThisPromise_AreDrawnWhereTheyLieAndOthersAreNot()
    {
        var story = Samples.WholeTuning();
        var figure = PageReader.Read(TuningPage.Render(story)).WithId("attack-title").Parent!;
        Assert.Contains("two-worlds, out of distribution, 60.0", figure.All("desc").Single().Value, StringComparison.Ordinal);

        var without = PageReader.Read(TuningPage.Render(story with { Audits = [story.Audits[1]] })).WithId("attack-title").Parent!;
        Assert.Equal(figure.All("path").Count() - 2, without.All("path").Count());
        Assert.DoesNotContain("Attacks tried", without.All("desc").Single().Value, StringComparison.Ordinal);
    }

    [Fact]
    public void Render_RefutedPromiseAndFailedCheck_AreSaidInWords()
    {
        var story = Samples.WholeTuning();
        var page = PageReader.Read(TuningPage.Render(story with { Audits = [story.Audits[0] with { IsRefuted = true, EpsilonProven = 1.3 }] }));
        Assert.Contains("Promise refuted by an audit", page.All("header").Single().Value, StringComparison.Ordinal);
        Assert.Contains("REFUTED", page.WithId("attacks").Value, StringComparison.Ordinal);
        Assert.Contains("FAILS", page.WithId("again").Value, StringComparison.Ordinal);
        Assert.Contains("This run keeps no promise.", page.All("header").Single().Value, StringComparison.Ordinal);
    }

    [Fact]
    public void Render_Evaluations_StandSideBySideWithTheirIntervals()
    {
        var rows = Rows(PageReader.Read(TuningPage.Render(Samples.WholeTuning())).WithId("reached"));
        Assert.Contains("accuracy|0.800 (0.790 to 0.810)|0.900 (0.890 to 0.910)", rows);
        Assert.Contains("sex = f|90|0.750", rows);
    }

    [Fact]
    public void Render_Attacks_AreToldInTables()
    {
        var rows = Rows(PageReader.Read(TuningPage.Render(Samples.WholeTuning())).WithId("attacks"));
        Assert.Contains(rows, row => row.StartsWith("two-worlds|plain|1|0.870|0.210|56.0", StringComparison.Ordinal));
        Assert.Contains(rows, row => row.StartsWith("loss threshold|one-draw|1|0.520|0.030|0.110|1.2", StringComparison.Ordinal));
        Assert.Contains("plain|1|4|5|1.6|9.8|13.3", rows);
    }

    [Fact]
    public void Render_BudgetAndGeometry_AreToldInNumbers()
    {
        var page = PageReader.Read(TuningPage.Render(Samples.WholeTuning()));
        Assert.Contains("spent after|1.2|less than the sum: releases compose better than they add", Rows(page.WithId("budget")));
        Assert.Contains(Rows(page.WithId("geometry")), row => row.StartsWith("energy kept|62.0", StringComparison.Ordinal));
        Assert.Contains(Rows(page.WithId("geometry")), row => row.StartsWith("achieved|0.0101|mean of 200 draws", StringComparison.Ordinal));
        Assert.Contains("300 of 26,010 were released", page.WithId("spectrum-text").Value, StringComparison.Ordinal);
        Assert.Contains(Rows(page.WithId("how")), row => row.StartsWith("at most|700\u202FMiB", StringComparison.Ordinal));
    }

    private static List<string> Rows(XElement section) => [.. section.All("tr").Select(row => string.Join('|', row.Elements().Select(cell => cell.Value)))];
}
