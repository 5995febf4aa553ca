using Quietune.Auditing.Membership;

namespace Quietune.Auditing.Tests.Membership;

/// <summary>The curve of small samples, counted by hand.</summary>
public sealed class RocTests
{
    [Fact]
    public void Of_FourScores_IsTheCountedCurve()
    {
        var roc = Roc.Of([4, 3, 2, 1], [true, false, true, false]);
        Assert.Equal(0.75, roc.Area, 1e-12);
        Assert.Equal(0.5, roc.Advantage, 1e-12);
        Assert.Equal(0.5, roc.HitRateAtOnePercent, 1e-12);
        Assert.Equal(new RocPoint(1, 1), roc.Points[^1]);
    }

    [Fact]
    public void Of_Ties_AreOneStep()
    {
        // A threshold cannot pass between equal scores: taking them one by one would find half of the members without a false alarm.
        var roc = Roc.Of([1, 1, 1, 1], [true, false, true, false]);
        Assert.Equal(0.5, roc.Area, 1e-12);
        Assert.Equal(0, roc.Advantage, 1e-12);
        Assert.Equal(0, roc.HitRateAtOnePercent, 1e-12);
    }

    [Fact]
    public void Of_MembersOnly_IsRefused() => Assert.Throws<ArgumentException>(() => Roc.Of([1, 2], [true, true]));
}
