using Quietune.Reporting.Figures;

namespace Quietune.Reporting.Tests;

public sealed class RacePageTests
{
    private const string Hostile = "<script>alert('a')</script> \" onload=\"b\" ' & </title></style> https://example.org/x.js";

    [Fact]
    public void Render_WholeField_KeepsThePageRules() => PageRules.Check(RacePage.Render(Samples.Race(["one-draw", "draws"], [.. Enumerable.Range(0, 14).Select(i => $"method-{i}")])));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Render_HostileNames_AreShownAsText(bool isShare)
    {
        var html = RacePage.Render(Samples.Race([Hostile], [Hostile + "2"]) with { Title = Hostile, Measure = Hostile, IsShare = isShare });
        PageRules.Check(html.Replace("//example", "example", StringComparison.Ordinal));
        Assert.Equal(Hostile, PageReader.Read(html).All("h1").Single().Value);
    }

    [Fact]
    public void Render_OracleAndNumbers_AreTold()
    {
        var page = PageReader.Read(RacePage.Render(Samples.Race(["draws"], ["dp-sgd"])));
        var rows = page.WithId("result").All("tr").Select(row => string.Join('|', row.Elements().Select(cell => cell.Value))).ToList();
        Assert.Contains(rows, row => row.StartsWith("draws|0.5|90.5", StringComparison.Ordinal) && row.Contains("+10.5 points", StringComparison.Ordinal));
        Assert.Contains(rows, row => row.StartsWith("dp-sgd, oracle|2|", StringComparison.Ordinal));
        Assert.Contains("cheating", page.All("header").Single().Value, StringComparison.Ordinal);
        Assert.Contains("dp-sgd, oracle", page.WithId("pairs").Value, StringComparison.Ordinal);

        // One panel for each that is not ours, one time figure for each budget.
        Assert.Equal(2, page.WithId("beside").All("svg").Count());
        Assert.Equal(2, page.WithId("time").All("svg").Count());
    }

    [Fact]
    public void Render_OneRunOfOneMethod_LeavesOutWhatIsNotThere()
    {
        var story = Samples.Race(["draws"], []) with { Pairs = [], NonPrivate = null, WithinThreePoints = null };
        var html = RacePage.Render(story with { Results = [story.Results[0] with { Low = null, High = null }] });
        PageRules.Check(html);
        Assert.DoesNotContain("id=\"pairs\"", html, StringComparison.Ordinal);
        Assert.DoesNotContain("without privacy", html, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => RacePage.Render(story with { Results = [] }));
    }

    [Fact]
    public void EndWords_LinesThatEndTogether_AreMovedApartInTheirOrder()
    {
        var axis = Axis.Linear("accuracy", 0, 1);
        var places = EndWords.Places([0.5, 0.502, 0.501, 0.9, 0.0], axis, pixels: 300);
        Assert.Equal([3, 1, 2, 0, 4], Enumerable.Range(0, 5).OrderByDescending(index => places[index]));
        Assert.All(places.Order().Zip(places.Order().Skip(1)), pair => Assert.True(pair.Second - pair.First >= 14.9 / 300));
        Assert.Equal(0.9, places[3]);
        Assert.All(places, place => Assert.InRange(place, axis.From, axis.To));
    }
}
