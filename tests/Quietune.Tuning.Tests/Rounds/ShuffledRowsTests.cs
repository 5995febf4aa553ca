using Quietune.Data;
using Quietune.Privacy.Noise;
using Quietune.Tuning.Planning;
using Quietune.Tuning.Rounds;

namespace Quietune.Tuning.Tests.Rounds;

/// <summary>A uniform secret order of the units, none lost, none split, none doubled.</summary>
public sealed class ShuffledRowsTests
{
    [Fact]
    public void Read_SmallList_GivesEveryOrderEquallyOften()
    {
        // χ² of 23 degrees at 1e-6 is 73. Drawing each place from all of them, the well-known slip, has a χ² of thousands.
        const int readings = 24_000;
        var shuffled = new ShuffledRows(new InMemoryExamples([1], [0, 1, 2, 3], new float[4]), new SeededNoise(3));
        var counts = new Dictionary<string, int>();
        for (var i = 0; i < readings; i++)
        {
            var order = string.Concat(shuffled.Read(8).Single().Inputs[0]);
            counts[order] = counts.GetValueOrDefault(order) + 1;
        }

        Assert.Equal(24, counts.Count);
        Assert.InRange(counts.Values.Sum(count => Math.Pow(count - (readings / 24.0), 2) / (readings / 24.0)), 5, 73);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(64)]
    public void Read_RowsOfTheirOwn_FillEveryBatchButTheLast(int batchSize)
    {
        var batches = new ShuffledRows(new InMemoryExamples([1], [.. Enumerable.Range(0, 100).Select(i => (float)i)], new float[100]), new SeededNoise(1)).Read(batchSize).ToList();
        Assert.All(batches.SkipLast(1), batch => Assert.Equal(batchSize, batch.Count));
        Assert.Equal(Enumerable.Range(0, 100), batches.SelectMany(batch => batch.Inputs[0]).Order().Select(x => (int)x));
    }

    [Fact]
    public void Read_MoreUnitsThanOneRun_LosesNone()
    {
        const int count = 20_000;
        var rows = new InMemoryExamples([1], [.. Enumerable.Range(0, count).Select(i => (float)i)], new float[count]);
        var shuffled = new ShuffledRows(rows, new SeededNoise(1));
        Assert.Equal(8000, shuffled.UnitsAtOnce(500));
        var read = shuffled.Read(500).SelectMany(batch => batch.Inputs[0]).Select(x => (int)x).ToList();
        Assert.Equal(Enumerable.Range(0, count), read.Order());
        Assert.All(read.Take(8000), row => Assert.InRange(row, 0, 7999));
    }

    [Fact]
    public void UnitsAtOnce_LargeRows_AreOneBatch() =>
        Assert.Equal(100, new ShuffledRows(new InMemoryExamples([3, 512, 512], [], []), new SeededNoise(1)).UnitsAtOnce(100));

    [Fact]
    public void Read_UnitsOfSeveralRows_AreKeptWholeInBatchesOfOneSize()
    {
        // Units of 1 to 5 rows, and one that is larger than a batch.
        var entries = new List<(float[], float, long)>();
        for (var unit = 0; unit < 60; unit++)
        {
            var size = unit == 30 ? 20 : 1 + (unit % 5);
            entries.AddRange(Enumerable.Range(0, size).Select(row => (new[] { unit * 100f + row }, (float)unit, (long)unit)));
        }

        var batches = new ShuffledRows(new UnitExamples([1], entries), new SeededNoise(5)).Read(8).ToList();
        foreach (var batch in batches)
        {
            var sizes = batch.Units!.GroupBy(unit => unit).Select(unit => unit.Count()).Distinct().ToList();
            Assert.Single(sizes);
            Assert.True(batch.Count <= 8 || batch.Units!.Distinct().Count() == 1);
            Assert.Equal(batch.Units!.Select(unit => (float)unit), batch.Labels);
        }

        // Rows of a unit in their order, each unit once.
        Assert.Equal(entries.Select(entry => entry.Item1[0]), batches.SelectMany(batch => batch.Inputs[0]).Order());
        Assert.All(batches, batch => Assert.Equal(batch.Units!.Distinct(), batch.Units!.Where((unit, i) => i == 0 || batch.Units![i - 1] != unit)));
        Assert.NotEqual(Enumerable.Range(0, 60).Select(unit => (long)unit), batches.SelectMany(batch => batch.Units!).Distinct());
    }

    [Fact]
    public void RowsOf_SecureNoise_AreInRandomOrderAndSeededOnesInFileOrder()
    {
        var rows = new InMemoryExamples([1], [.. Enumerable.Range(0, 60).Select(i => (float)i)], new float[60]);
        var plan = new TuningPlan
        {
            Method = "test", Loss = "cross-entropy", Geometry = new("identity", null, 1, null), ClipNorm = 1, NominalSize = 60, Epsilon = 1, Delta = 1e-5, Mu = 0.1,
        };
        Assert.Equal(rows.Features, Tuner.RowsOf(plan, 0, rows, new SeededNoise(1)).Read(60).Single().Inputs[0]);
        var secure = Tuner.RowsOf(plan, 0, rows, new SecureNoise()).Read(60).Single().Inputs[0];
        Assert.NotEqual(rows.Features, secure);
        Assert.Equal(rows.Features, secure.Order());
    }
}
