using Quietune.Auditing.OneRun;

namespace Quietune.Auditing.Tests.OneRun;

/// <summary>The test of Steinke, Nasr &amp; Jagielski 2023, beside its printed example and the laws it must follow.</summary>
public sealed class OneRunBoundTests
{
    [Fact]
    public void Lower_OfThePapersExample_IsTheirs() =>
        // Appendix D: 1,000 canaries, 100 guesses, 75 of them right, δ = 1e-4.
        Assert.Equal(0.673, OneRunBound.Lower(1000, 100, 75, 1e-4, 0.95), 1e-3);

    [Fact]
    public void PValue_WithoutDelta_IsTheBinomialTail() =>
        // All of ten right under randomised response of ε = log 3: (3/4)^10.
        Assert.Equal(Math.Pow(0.75, 10), OneRunBound.PValue(50, 10, 10, Math.Log(3), 0), 1e-12);

    [Fact]
    public void PValue_WithDelta_IsTheWorstMixture()
    {
        // Two guesses, both right, at ε = 0: β = 1/4; one step down adds P[W = 1] = 1/2, two steps P[W ≤ 1]/2 = 3/8.
        Assert.Equal(0.25 + (2 * 4 * 0.01 * 0.5), OneRunBound.PValue(4, 2, 2, 0, 0.01), 1e-12);
    }

    [Fact]
    public void Lower_OfGuessesAtRandom_ProvesNothing() => Assert.Equal(0, OneRunBound.Lower(1000, 100, 52, 1e-5, 0.95), 1e-5);

    [Fact]
    public void Lower_GrowsWithRightGuessesAndFallsWithDelta()
    {
        Assert.True(OneRunBound.Lower(1000, 100, 90, 1e-5, 0.95) > OneRunBound.Lower(1000, 100, 80, 1e-5, 0.95) + 0.3);
        Assert.True(OneRunBound.Lower(1000, 100, 80, 1e-3, 0.95) < OneRunBound.Lower(1000, 100, 80, 1e-5, 0.95) - 0.05);
    }
}
