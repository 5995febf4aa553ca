using Quietune.Data.Clinical;
using Quietune.Data.Clinical.Features;

namespace Quietune.Data.Tests.Clinical.Features;

public sealed class FeatureTableTests
{
    internal static Stay Stay(float age, params (int Minute, string Variable, float Value)[] values) => new(
        new(1, 1, new(age, 1, float.NaN, float.NaN, 3), new(age > 60, null)),
        [.. values.Select(value => new Observation((short)value.Minute, (byte)ClinicalVariables.IndexOf(value.Variable), value.Value))]);

    private static float Value(FeatureTable table, int row, string name) => table.Row(row)[FeatureColumn.All.Index().Single(column => column.Item.Name == name).Index];

    [Fact]
    public void Of_WorkedExample_GivesTheHandValues()
    {
        // 10, 40, 20 at hours 1, 2, 4: slope = Σ(h − 7/3)(v − 70/3) / Σ(h − 7/3)² = (160/9 + ... ) = 10/7.
        var table = FeatureTable.Of([Stay(50, (60, "Lactate", 10), (120, "Lactate", 40), (240, "Lactate", 20), (9, "HR", 70))]);
        var expected = new Dictionary<string, float>
        {
            ["Age"] = 50, ["Gender"] = 1, ["Height"] = float.NaN, ["ICUType_1"] = 0, ["ICUType_3"] = 1,
            ["Lactate_first"] = 10, ["Lactate_last"] = 20, ["Lactate_min"] = 10, ["Lactate_max"] = 40, ["Lactate_mean"] = 70 / 3f,
            ["Lactate_slope"] = 10 / 7f, ["Lactate_count"] = 3, ["Lactate_missing"] = 0,
            ["HR_slope"] = 0, ["HR_count"] = 1, ["pH_mean"] = float.NaN, ["pH_count"] = 0, ["pH_missing"] = 1,
        };
        Assert.All(expected, pair => Assert.Equal(pair.Value, Value(table, 0, pair.Key), 1e-5f));
        Assert.Equal(7 + (37 * 8), FeatureTable.Width);
        Assert.Equal(FeatureTable.Width, FeatureColumn.All.Select(column => column.Name).Distinct().Count());
    }

    [Fact]
    public void Scaling_PublicRows_HaveMeanZeroAndDeviationOne_AndUnknownIsZero()
    {
        var table = FeatureTable.Of([Stay(40, (0, "Na", 130)), Stay(50, (0, "Na", 140)), Stay(60, (0, "K", 4))]);
        var examples = FeatureScaling.Of(table).Apply(table, admission => admission.Outcome.DiedInHospital ? 1 : 0);
        Assert.Equal([-1f, 0f, 1f], Enumerable.Range(0, 3).Select(row => examples.Example(row)[0]));
        var sodium = FeatureScaling.Inputs.Index().Single(column => column.Item.Name == "Na_mean").Index;
        Assert.Equal([-MathF.Sqrt(0.5f), MathF.Sqrt(0.5f), 0f], Enumerable.Range(0, 3).Select(row => MathF.Round(examples.Example(row)[sodium], 6)), new Near());
        Assert.All(examples.Features, value => Assert.True(float.IsFinite(value)));
    }

    // The guarantee: what a row becomes depends on public rows and on itself, so a private neighbour must not change it; and it is clipped.
    [Fact]
    public void Scaling_PrivateRows_DoNotChangeEachOther_AndAreClipped()
    {
        var publicTable = FeatureTable.Of([Stay(40, (0, "Na", 130)), Stay(50, (0, "Na", 140))]);
        var scaling = FeatureScaling.Of(publicTable, clip: 2);
        var (ordinary, extreme) = (Stay(45, (0, "Na", 135)), Stay(1000, (0, "Na", 190), (0, "K", 9)));
        var alone = scaling.Apply(FeatureTable.Of([ordinary]), _ => 0);
        var together = scaling.Apply(FeatureTable.Of([extreme, ordinary]), _ => 0);
        Assert.Equal(alone.Example(0).ToArray(), together.Example(1).ToArray());
        Assert.Equal(2, together.Example(0)[0]);
        Assert.Equal(2, together.Features.Max(Math.Abs));
    }

    private sealed class Near : IEqualityComparer<float>
    {
        public bool Equals(float x, float y) => Math.Abs(x - y) < 1e-5;

        public int GetHashCode(float obj) => 0;
    }
}
