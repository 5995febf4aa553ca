using MathNet.Numerics.Distributions;
using Quietune.Auditing.Bounds;
using Quietune.Data;

namespace Quietune.Auditing.Tests.Bounds;

/// <summary>The bound is below the mean as often as it says, and comes near it.</summary>
public sealed class BettingBoundTests
{
    [Fact]
    public void Lower_OfCoins_PassesTheMeanNoMoreOftenThanItSays()
    {
        // At 80 % confidence a bound that forgot the other stream, or staked after looking, passes far more often than one game in five.
        const int Games = 400;
        var random = new SeededGenerator(5);
        var passed = 0;
        for (var game = 0; game < Games; game++)
        {
            var bound = new BettingBound(200, 0.8, [0.5, 0.5]);
            for (var i = 0; i < 200; i++)
            {
                var coin = random.NextDouble() < 0.6 ? 1.0 : 0;
                bound.Add([coin, random.NextDouble() < 0.6 ? 1.0 : 0]);
            }

            passed += bound.Lower() > 0.6 ? 1 : 0;
        }

        Assert.InRange(passed, 1, MostAllowed(Games, 0.2));
    }

    [Fact]
    public void Lower_OfAveragesOfManyCoins_ComesNearerThanOfSingleOnes()
    {
        var random = new SeededGenerator(6);
        var (single, average) = (new BettingBound(1000, 0.95, [1]), new BettingBound(1000, 0.95, [1]));
        for (var i = 0; i < 1000; i++)
        {
            var coins = Enumerable.Range(0, 50).Select(_ => random.NextDouble() < 0.6 ? 1.0 : 0).ToArray();
            single.Add([coins[0]]);
            average.Add([coins.Average()]);
        }

        Assert.InRange(single.Lower(), 0.53, 0.59);
        Assert.InRange(average.Lower(), 0.59, 0.6);
    }

    [Fact]
    public void Lower_WhereOneStreamAloneIsAbove_RefutesWithIt()
    {
        var bound = new BettingBound(400, 0.95, [0.5, 0.5]);
        var random = new SeededGenerator(7);
        for (var i = 0; i < 400; i++)
        {
            bound.Add([random.NextDouble() < 0.5 ? 1.0 : 0, random.NextDouble() < 0.9 ? 1.0 : 0]);
        }

        Assert.InRange(bound.Lower(), 0.84, 0.9);
        Assert.InRange(bound.Lower(0), 0.4, 0.5);
    }

    /// <summary>More passes than this have a probability below 1e-6 where each has at most <paramref name="probability"/>.</summary>
    internal static int MostAllowed(int trials, double probability) => Enumerable.Range(0, trials).First(count => 1 - Binomial.CDF(probability, trials, count) < 1e-6);
}
