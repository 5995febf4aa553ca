using Quietune.Privacy.Noise;
using Quietune.Tuning.Rounds;

namespace Quietune.Tuning.Tests.Rounds;

public sealed class PoissonRowsTests
{
    [Theory]
    [InlineData(0.03)]
    [InlineData(0.4)]
    public void Read_ManyUnits_TakesEachWithTheRate(double rate)
    {
        // Alpha 1e-6 by the normal law of the binomial; two thirds and three halves of the rate are rejected. Neighbours are independent.
        const int Count = 40_000;
        var taken = Rows(rate, Enumerable.Repeat(1, Count).ToArray(), 512).Select(row => row.Unit).ToHashSet();
        var error = Math.Sqrt(rate * (1 - rate) * Count);
        Assert.InRange(taken.Count, (rate * Count) - (4.9 * error), (rate * Count) + (4.9 * error));
        Assert.False(taken.Count > 1.4 * rate * Count || taken.Count < 0.7 * rate * Count);
        var pairs = Enumerable.Range(0, Count / 2).Count(i => taken.Contains(2 * i) && taken.Contains((2 * i) + 1));
        var expected = rate * rate * Count / 2;
        Assert.InRange(pairs, expected - (4.9 * Math.Sqrt(expected)), expected + (4.9 * Math.Sqrt(expected)));
    }

    [Fact]
    public void Read_UnitsOfSeveralRows_TakesAllRowsOfAUnitOrNone()
    {
        int[] sizes = [.. Enumerable.Range(0, 200).Select(i => 1 + (i % 4))];
        var taken = Rows(0.5, sizes, 16).GroupBy(row => row.Unit).ToList();
        Assert.All(taken, unit => Assert.Equal(sizes[unit.Key], unit.Count()));
        Assert.InRange(taken.Count, 60, 140);
    }

    [Fact]
    public void Read_InBatchesOfAnySize_IsTheSameSample()
    {
        int[] sizes = [.. Enumerable.Range(0, 300).Select(i => 1 + (i % 3))];
        Assert.Equal(Rows(0.3, sizes, 7), Rows(0.3, sizes, 300));
        Assert.True(Sample(0.3, sizes, 8).Read(8).All(batch => batch.Count <= 8 + (8 / 0.3)));
    }

    [Fact]
    public void Read_Twice_DrawsAnotherSample()
    {
        var sample = Sample(0.5, Enumerable.Repeat(1, 100).ToArray(), 1);
        Assert.NotEqual(sample.Read(10).SelectMany(batch => batch.Units!), sample.Read(10).SelectMany(batch => batch.Units!));
    }

    private static List<(long Unit, float Value)> Rows(double rate, int[] sizes, int batchSize) =>
        [.. Sample(rate, sizes, 1).Read(batchSize).SelectMany(batch => Enumerable.Range(0, batch.Count).Select(row => (batch.Units![row], batch.Inputs[0][row])))];

    private static PoissonRows Sample(double rate, int[] sizes, ulong seed) =>
        new(new UnitExamples([1], [.. sizes.SelectMany((size, unit) => Enumerable.Range(0, size).Select(row => (new[] { (100f * unit) + row }, 0f, (long)unit)))]), rate, new SeededNoise(seed));
}
