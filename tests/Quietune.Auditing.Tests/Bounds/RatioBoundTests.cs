using Quietune.Auditing.Bounds;
using Quietune.Data;

namespace Quietune.Auditing.Tests.Bounds;

/// <summary>What scores prove of any mechanism: sound where ε is attained, near it with many guesses.</summary>
public sealed class RatioBoundTests
{
    private const double Epsilon = 2;

    [Fact]
    public void Lower_OfRandomisedResponse_PassesTheTruthNoMoreOftenThanItSays()
    {
        // Every guess attains ε exactly, in both directions: at 80 % confidence at most one audit in five may pass it.
        const int Audits = 200;
        var random = new SeededGenerator(12);
        var passed = Enumerable.Range(0, Audits).Count(_ => Audit(random, runs: 60, canaries: 4, confidence: 0.8) > Epsilon);
        Assert.InRange(passed, 0, BettingBoundTests.MostAllowed(Audits, 0.2));
    }

    [Fact]
    public void Lower_OfManyGuesses_ComesNear() => Assert.InRange(Audit(new(13), runs: 1_000, canaries: 30, confidence: 0.95), Epsilon - 0.2, Epsilon + 0.02);

    [Fact]
    public void Lower_OfScoresThatKnowNothing_IsZero()
    {
        var random = new SeededGenerator(14);
        var bound = new RatioBound(1e-5, 0.95);
        for (var run = 0; run < 300; run++)
        {
            bound.Add([.. Enumerable.Range(0, 10).Select(_ => 4 * (random.NextDouble() - 0.5))], [.. Enumerable.Range(0, 10).Select(_ => random.Next(2) == 1)]);
        }

        Assert.Equal(0, bound.Lower());
    }

    [Fact]
    public void Lower_WithADeltaThatExplainsEveryHit_IsZero()
    {
        // In one run of ten the mechanism shows its canary: (0, 0.1)-DP, but far from private at δ = 1e-5.
        var random = new SeededGenerator(15);
        var (loose, strict) = (new RatioBound(0.1, 0.95), new RatioBound(1e-5, 0.95));
        for (var run = 0; run < 1_000; run++)
        {
            var present = Enumerable.Range(0, 5).Select(_ => random.Next(2) == 1).ToArray();
            double[] scores = [.. present.Select(coin => random.NextDouble() < 0.1 ? (coin ? 10.0 : -10) : 0)];
            loose.Add(scores, present);
            strict.Add(scores, present);
        }

        Assert.InRange(loose.Lower(), 0, 0.05);
        Assert.True(strict.Lower() > 1.5);
    }

    private static double Audit(SeededGenerator random, int runs, int canaries, double confidence)
    {
        var bound = new RatioBound(0, confidence);
        for (var run = 0; run < runs; run++)
        {
            var present = Enumerable.Range(0, canaries).Select(_ => random.Next(2) == 1).ToArray();
            bound.Add([.. present.Select(coin => (random.NextDouble() < 1 / (1 + Math.Exp(-Epsilon))) == coin ? Epsilon : -Epsilon)], present);
        }

        return bound.Lower();
    }
}
