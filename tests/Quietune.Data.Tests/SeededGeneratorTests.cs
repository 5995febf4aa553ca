using CsCheck;

namespace Quietune.Data.Tests;

/// <summary>Public shuffles are the same for the same seed, and fair.</summary>
public sealed class SeededGeneratorTests
{
    [Fact]
    public void Next_SameSeed_SameNumbersForEver()
    {
        var random = new SeededGenerator(42);
        var same = new SeededGenerator(42);
        Assert.Equal(Enumerable.Range(0, 100).Select(_ => random.Next()), Enumerable.Range(0, 100).Select(_ => same.Next()).ToArray());

        // Written down, so that a change of the sequence, and with it of every generated picture, is noticed.
        Assert.Equal([10086595081174190983UL, 15506396745762282143UL], new[] { new SeededGenerator(1).Next(), new SeededGenerator(1, 7).Next() });
    }

    [Fact]
    public void Next_NeighbouringSeedsAndStreams_ShareNothing()
    {
        var firsts = new HashSet<ulong>();
        for (var seed = 0UL; seed < 100; seed++)
        {
            for (var stream = 0UL; stream < 100; stream++)
            {
                firsts.Add(new SeededGenerator(seed, stream).Next());
            }
        }

        Assert.Equal(10_000, firsts.Count);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(10)]
    [InlineData(1000)]
    public void Next_Bound_IsUniform(int bound)
    {
        var random = new SeededGenerator(5);
        var counts = new int[bound];
        var draws = 200 * bound;
        for (var i = 0; i < draws; i++)
        {
            counts[random.Next(bound)]++;
        }

        // Chi-squared within six standard deviations of its mean; an off-by-one leaves an empty cell and adds 200.
        var statistic = counts.Sum(count => Math.Pow(count - 200, 2) / 200.0);
        Assert.InRange(statistic, 0, bound - 1 + (6 * Math.Sqrt(2.0 * bound)));
    }

    [Fact]
    public void Shuffle_ThreeItems_AllOrdersEquallyOften()
    {
        var random = new SeededGenerator(9);
        var orders = Enumerable.Range(0, 12_000).CountBy(_ =>
        {
            int[] items = [1, 2, 3];
            random.Shuffle<int>(items);
            return (items[0] * 100) + (items[1] * 10) + items[2];
        }).ToDictionary();
        Assert.Equal(6, orders.Count);

        // 2000 expected, standard deviation 41. A shuffle that draws from all positions each time gives 4/27 or 5/27: 1778 or 2222.
        Assert.All(orders.Values, count => Assert.InRange(count, 1800, 2200));
    }

    [Fact]
    public void Shuffle_AnyItems_ArePermuted() =>
        Gen.Select(Gen.Int.Array[0, 50], Gen.ULong).Sample((items, seed) =>
        {
            var moved = items.ToArray();
            new SeededGenerator(seed).Shuffle<int>(moved);
            return moved.Order().SequenceEqual(items.Order());
        });

    [Fact]
    public void NextDouble_ManyDraws_LieInUnitIntervalWithMeanHalf()
    {
        var random = new SeededGenerator(3);
        var draws = Enumerable.Range(0, 100_000).Select(_ => random.NextDouble()).ToArray();
        Assert.InRange(draws.Min(), 0, 0.001);
        Assert.InRange(draws.Max(), 0.999, 0.9999999999999999);
        Assert.InRange(draws.Average(), 0.495, 0.505);
    }

    [Fact]
    public void Next_BoundBelowOne_Throws() => Assert.Throws<ArgumentOutOfRangeException>(() => new SeededGenerator(1).Next(0));
}
