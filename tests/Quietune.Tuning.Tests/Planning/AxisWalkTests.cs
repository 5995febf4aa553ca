using CsCheck;
using Quietune.Tuning.Planning;

namespace Quietune.Tuning.Tests.Planning;

/// <summary>A walk along an axis finds what trying every value finds, wherever merit rises and then falls.</summary>
public sealed class AxisWalkTests
{
    private static readonly TuningPlan Plan = new()
    {
        Method = "test", Loss = "cross-entropy", Geometry = GeometryPlan.Identity, ClipNorm = 1, NominalSize = 100, Epsilon = 1, Delta = 1e-5, Mu = 0.25,
    };

    [Fact]
    public void Walk_MeritThatRisesAndFalls_EndsAtItsTop() => Gen.Select(Gen.Int[1, 9], Gen.Int[0, 8], Gen.Int[0, 8]).Sample((count, start, top) =>
    {
        var (from, best) = (start % count, top % count);
        var (found, tried) = Walked(count, from, index => 1.0 / (1 + Math.Abs(index - best)));
        Assert.Equal(best, found);
        Assert.Equal(tried.Distinct(), tried);
        Assert.DoesNotContain(from, tried);

        // The way to the top, and a step too far at most on each side.
        Assert.InRange(tried.Count, 0, Math.Abs(best - from) + 2);
    });

    [Fact]
    public void Walk_AmongRuins_TriesAllUntilOneGains()
    {
        // From the right, the first steps only lead from one ruin to a worse one.
        double[] merits = [0.2, 0.3, 0.1, -0.9, -1.2, -1, -1.1];
        var (found, _) = Walked(merits.Length, 5, index => merits[index]);
        Assert.Equal(1, found);
    }

    [Fact]
    public void Walk_PresentCandidateOffTheAxis_TriesEveryValue()
    {
        double[] merits = [0.2, 0.3, 0.1, 0.5, 0.4];
        var (found, tried) = Walked(merits.Length, -1, index => index < 0 ? 0.25 : merits[index]);
        Assert.Equal(3, found);
        Assert.Equal([0, 1, 2, 3, 4], tried);
    }

    private static (int Found, List<int> Tried) Walked(int count, int start, Func<int, double> merit)
    {
        var candidates = Enumerable.Range(0, count).Select(Candidate).ToList();
        var (best, tried) = (start, new List<int>());
        var walk = new AxisWalk(candidates, Candidate(start));
        while (walk.Next(merit(best) > 0) is { } next)
        {
            var index = candidates.IndexOf(next);
            tried.Add(index);
            var isBetter = merit(index) > merit(best);
            best = isBetter ? index : best;
            walk.Judge(isBetter);
        }

        return (best, tried);
    }

    private static Candidate Candidate(int index) => new(Plan, index);
}
