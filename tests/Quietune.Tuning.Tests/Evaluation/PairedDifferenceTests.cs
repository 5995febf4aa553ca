using Quietune.Tuning.Evaluation;

namespace Quietune.Tuning.Tests.Evaluation;

public sealed class PairedDifferenceTests
{
    [Fact]
    public void Of_ThreePairs_IsStudentsPairedTest()
    {
        // Differences 1, 2, 3: t = 2√3 with two degrees of freedom, where the tail has a closed form.
        var difference = PairedDifference.Of([11, 7, 9], [10, 5, 6]);
        Assert.Equal((3, 2.0, 3), (difference.Pairs, difference.Mean, difference.Wins));
        Assert.Equal(1 / Math.Sqrt(3), difference.StandardError!.Value, 1e-12);
        Assert.Equal(1 - Math.Sqrt(12.0 / 14), difference.PValue!.Value, 1e-9);
    }

    [Fact]
    public void Of_TheOtherWayRound_HasTheSamePValueAndNoWins()
    {
        var difference = PairedDifference.Of([10, 5, 6], [11, 7, 9]);
        Assert.Equal((-2.0, 0), (difference.Mean, difference.Wins));
        Assert.Equal(1 - Math.Sqrt(12.0 / 14), difference.PValue!.Value, 1e-9);
    }

    [Fact]
    public void Of_MoreRunsOfOne_PairsTheFirst()
    {
        var difference = PairedDifference.Of([1, 2, 100], [0, 1]);
        Assert.Equal((2, 1.0), (difference.Pairs, difference.Mean));
        Assert.Equal(0, difference.PValue);
    }

    [Fact]
    public void Of_EqualRuns_IsNoDifference() => Assert.Equal(1, PairedDifference.Of([0.5, 0.7], [0.5, 0.7]).PValue);

    [Fact]
    public void Of_OnePair_ClaimsNoError()
    {
        var difference = PairedDifference.Of([1], [0]);
        Assert.Null(difference.StandardError);
        Assert.Null(difference.PValue);
        Assert.Throws<ArgumentException>(() => PairedDifference.Of([], [1]));
    }
}
