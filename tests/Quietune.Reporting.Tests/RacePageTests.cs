using Quietune.Reporting.Figures;

namespace Quietune.Reporting.Tests;

public sealed class RacePageTests
{
    private const string Hostile = "<script>alert('a')</script> \" onload=\"b\" ' & </title></style> https://example.org/x.js";

    [Fact]
    public void Render_WholeField_KeepsThePageRules() => PageRules.Check(RacePage.Render(Story(["one-draw", "draws"], [.. Enumerable.Range(0, 14).Select(i => $"method-{i}")])));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Render_HostileNames_AreShownAsText(bool isShare)
    {
        var html = RacePage.Render(Story([Hostile], [Hostile + "2"]) with { Title = Hostile, Measure = Hostile, IsShare = isShare });
        PageRules.Check(html.Replace("//example", "example", StringComparison.Ordinal));
        Assert.Equal(Hostile, PageReader.Read(html).All("h1").Single().Value);
    }

    [Fact]
    public void Render_OracleAndNumbers_AreTold()
    {
        var page = PageReader.Read(RacePage.Render(Story(["draws"], ["dp-sgd"])));
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
        var story = Story(["draws"], []) with { Pairs = [], NonPrivate = null, WithinThreePoints = null };
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

    private static RaceStory Story(string[] ours, string[] others)
    {
        RaceResult Result(string method, RaceRole role, double epsilon, double mean) => new(
            method, role, epsilon, mean, 0.01, mean - 0.012, mean + 0.012, mean + 0.02, 10, 0.4, 120, "clip norm 3; k 1,000");
        var results = new[] { 0.5, 2 }.SelectMany(epsilon => (RaceResult[])
        [
            .. ours.Select((name, i) => Result(name, RaceRole.Ours, epsilon, 0.90 + (0.01 * epsilon) - (0.02 * i))),
            .. others.Select((name, i) => Result(name, RaceRole.Other, epsilon, 0.85 - (0.01 * i))),
            .. others.Take(1).Select(name => Result(name, RaceRole.Oracle, epsilon, 0.87)),
        ]).ToList();
        return new(
            "A race", "accuracy", 0.8, 0.96, results,
            [.. others.SelectMany(name => (RacePair[])[new(0.5, ours[0], name, 0.05, 0.004, 0.0003, 5, 5), new(0.5, ours[0], $"{name}, oracle", -0.01, null, null, 0, 1)])],
            [new("private rows", "1,000", "N")]) { WithinThreePoints = 0.8 };
    }
}
