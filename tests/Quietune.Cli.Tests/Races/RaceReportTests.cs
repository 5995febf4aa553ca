using Quietune.Cli.Experiments;
using Quietune.Cli.Experiments.Races;
using Quietune.Privacy.Budgets;
using Quietune.Tuning.Planning;

namespace Quietune.Cli.Tests.Races;

/// <summary>What is told of a race: intervals, pairs and what was foretold.</summary>
public sealed class RaceReportTests
{
    [Fact]
    public void Spread_ThreeValues_HasStudentsInterval()
    {
        // t₂(0.975) = 4.302653; the normal law's 1.96 would be too sure.
        var spread = Spread.Of([1, 2, 3]);
        Assert.Equal((2.0, 1.0), (spread.Mean, spread.Std));
        Assert.Equal(2 - (4.302653 / Math.Sqrt(3)), spread.Low!.Value, 1e-6);
        Assert.Equal(2 + (4.302653 / Math.Sqrt(3)), spread.High!.Value, 1e-6);
        Assert.Null(Spread.Of([1]).Low);
    }

    [Fact]
    public void Pairings_Ours_IsTheOneThatPromisedMostAndNeverAnOracle()
    {
        RaceLine[] lines =
        [
            Line("one-draw", 0.05, 0.90, 0.92), Line("draws", 0.08, 0.86, 0.87), Line("draws", 0.20, 0.99, 0.99) with { Oracle = true }, Line("dp-sgd", 0.5, 0.80, 0.83), Line("dp-sgd", 0.03, 0.85, 0.85) with { Oracle = true },
        ];
        var pairings = Pairing.Of(lines);
        Assert.All(pairings, pairing => Assert.Equal("draws", pairing.Ours));
        Assert.Equal(["one-draw", "draws+", "dp-sgd", "dp-sgd+"], pairings.Select(pairing => pairing.Method + (pairing.Oracle ? "+" : string.Empty)));
        Assert.Equal(0.05, pairings[2].Difference.Mean, 1e-12);
        Assert.Equal(2, pairings[2].Difference.Wins);
        Assert.Empty(Pairing.Of([Line("dp-sgd", 0.1, 0.8)]));
        Assert.Equal(2, Pairing.Of([.. lines, .. lines.Select(line => line with { Epsilon = 4 })]).Select(pairing => pairing.Epsilon).Distinct().Count());
    }

    [Fact]
    public void Foretelling_CountsRunsWithinThreePoints_ButNoOracles()
    {
        // Foretold 0.85: off by 0.02 and by 0.05.
        var foretelling = Foretelling.Of([Line("one-draw", 0.05, 0.87, 0.80), Line("dp-sgd", 0.2, 0.1) with { Oracle = true }])!;
        Assert.Equal((2, 0.5), (foretelling.Runs, foretelling.WithinThreePoints));
        Assert.Equal(0.035, foretelling.MeanError, 1e-12);
        Assert.Null(Foretelling.Of([]));
    }

    private static RaceLine Line(string method, double gain, params double[] reached)
    {
        var plan = Methods.Of("one-draw", "cross-entropy", new PrivacyBudget(1, 1e-5), 100, 5_000).Start.Plan with { Method = method };
        var raced = new Raced<double>(method, new(1, 1e-5), false, new(plan, 0.2, gain, [], 1, false) { Merit = gain }, reached, 1, 1);
        return RaceLine.Of(raced, value => new Dictionary<string, double> { ["accuracy"] = value }, "accuracy", before: 0.8);
    }
}
