using Quietune.Data.Clinical;
using Quietune.Data.Clinical.Features;

namespace Quietune.Data.Tests.Clinical.Features;

public sealed class StayGridTests
{
    private static readonly int Heart = ClinicalVariables.IndexOf("HR");

    private static readonly Stay Some = FeatureTableTests.Stay(50, (5, "HR", 60), (59, "HR", 80), (180, "HR", 100), (2880, "HR", 40));

    [Fact]
    public void Of_Values_AreHourlyMeansAndTheEndBelongsToTheLastHour()
    {
        var grid = StayGrid.Of([Some]);
        float At(int hour) => grid.Values[(hour * ClinicalVariables.Count) + Heart];
        Assert.Equal([70, 100, 40], new[] { At(0), At(3), At(47) });
        Assert.Equal(3, grid.Mask(0).Sum());
        Assert.Equal(1, grid.Mask(0)[(3 * ClinicalVariables.Count) + Heart]);
        Assert.True(float.IsNaN(At(1)));
    }

    [Fact]
    public void Scaling_Gaps_CarryTheLastValueAndMasksSaySo()
    {
        var grid = StayGrid.Of([Some, FeatureTableTests.Stay(60, (180, "HR", 90))]);
        var examples = GridScaling.Of(grid).Apply(grid, _ => 0);
        Assert.Equal([48, 74], examples.Shape);
        float At(int stay, int hour, int column) => examples.Example(stay)[(hour * 74) + column];

        // Mean 75, squares (−5)² + 25² + (−35)² + 15².
        var deviation = MathF.Sqrt((25 + 625 + 1225 + 225) / 3f);
        Assert.Equal(-5 / deviation, At(0, 0, Heart), 1e-5f);
        Assert.Equal(-5 / deviation, At(0, 2, Heart), 1e-5f);
        Assert.Equal(25 / deviation, At(0, 46, Heart), 1e-5f);
        Assert.Equal([1f, 0f, 0f, 1f], Enumerable.Range(0, 4).Select(hour => At(0, hour, 37 + Heart)));
        Assert.Equal([0f, 0f, 0f, 15 / deviation], Enumerable.Range(0, 4).Select(hour => At(1, hour, Heart)));
    }
}
