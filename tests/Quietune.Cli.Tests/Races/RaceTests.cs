using Quietune.Cli.Experiments.Races;

namespace Quietune.Cli.Tests.Races;

/// <summary>Every method meets the same rows and the same noise, and who looked at the answer is marked.</summary>
public sealed class RaceTests : IDisposable
{
    private readonly SmallCourse small = new();

    public void Dispose() => small.Dispose();

    [Fact]
    public void Run_TheSameMethodTwice_RunsInPairsThatAreEqualAndDifferFromSeedToSeed()
    {
        var results = SmallCourse.Run(small.Course, SmallCourse.Entries(3, "one-draw", "one-draw"));
        Assert.Equal(results[0].Runs, results[1].Runs);
        Assert.Equal(3, results[0].Runs.Distinct().Count());
        Assert.Equal([0, 1, 2, 0, 1, 2], small.Asked);
        Assert.All(results, result => Assert.False(result.IsOracle));
    }

    [Fact]
    public void Run_WithOracle_SetsMarkedResultsBesideThatForetellMore()
    {
        var results = SmallCourse.Run(small.WithOracle, SmallCourse.Entries(1, "one-draw") with { Oracles = ["one-draw"] });
        Assert.Equal([false, true], results.Select(result => result.IsOracle));
        Assert.Equal(["half turned", "the answer"], results.Select(result => result.Found.Scenarios.Single().Name));
        Assert.NotEqual(results[0].Found.PredictedGain, results[1].Found.PredictedGain);
    }

    [Fact]
    public void Run_Auto_IsTheMethodThatRehearsesBetterAndCostsNothingBesideIt()
    {
        var alone = SmallCourse.Run(small.Course, Entries("auto")).Single();
        Assert.Equal([0, 1, 0, 1], small.Asked);
        small.Asked.Clear();
        var results = SmallCourse.Run(small.Course, Entries("one-draw", "auto", "draws"));
        Assert.Equal([0, 1, 0, 1], small.Asked);
        Assert.Equal(["one-draw", "auto", "draws"], results.Select(result => result.Method));
        var better = results[0].Found.Merit >= results[2].Found.Merit ? results[0] : results[2];
        Assert.NotEqual(results[0].Found.Merit, results[2].Found.Merit);
        foreach (var auto in new[] { alone, results[1] })
        {
            Assert.Equal((better.Found.Plan.Hash(), better.Found.Merit), (auto.Found.Plan.Hash(), auto.Found.Merit));
            Assert.Equal(better.Runs, auto.Runs);
            Assert.Equal(results[0].Found.Tried + results[2].Found.Tried, auto.Found.Tried);
        }

        // A budget at which the two differ.
        static RaceEntries Entries(params string[] methods) => SmallCourse.Entries(2, methods) with { Budgets = [new(0.2, 1e-5)] };
    }

    [Fact]
    public void Journal_ContinuedRace_TakesWhatIsThereAndRunsWhatIsNot()
    {
        var path = Path.Combine(Path.GetTempPath(), $"quietune-{Guid.NewGuid():N}.jsonl");
        try
        {
            var entries = SmallCourse.Entries(2, "one-draw") with { Journal = path, Oracles = ["one-draw"] };
            var first = SmallCourse.Run(small.WithOracle, entries);
            File.AppendAllText(path, "{\"key\":\"a line that was cut of");
            small.Asked.Clear();
            var again = SmallCourse.Run(small.WithOracle, entries with { Methods = ["one-draw", "last-layer"] });
            Assert.Equal([0, 1], small.Asked);
            foreach (var (old, kept) in first.Zip([again[0], again[2]]))
            {
                Assert.Equal((old.Method, old.IsOracle, old.Found.Plan.Hash(), old.Found.PredictedGain, old.Found.Merit, old.Found.BestPlan.Hash()), (kept.Method, kept.IsOracle, kept.Found.Plan.Hash(), kept.Found.PredictedGain, kept.Found.Merit, kept.Found.BestPlan.Hash()));
                Assert.Equal(old.Runs, kept.Runs);
                Assert.Equal(old.Found.Scenarios.SelectMany(score => score.After), kept.Found.Scenarios.SelectMany(score => score.After));
            }

            // Behind a line that was cut off the next ones are whole.
            small.Asked.Clear();
            SmallCourse.Run(small.WithOracle, entries with { Methods = ["last-layer"] });
            Assert.Empty(small.Asked);

            // Another race, other seeds or another budget is another result.
            entries = entries with { Oracles = [] };
            SmallCourse.Run(small.Course with { Description = "other" }, entries);
            SmallCourse.Run(small.Course, entries with { Seeds = 1 });
            SmallCourse.Run(small.Course, entries with { Budgets = [new(3, 1e-5)] });
            Assert.Equal([0, 1, 0, 0, 1], small.Asked);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
