using Quietune.Tuning.Rounds;
using static TorchSharp.torch;

namespace Quietune.Tuning.Tests.Rounds;

public sealed class AdaptiveRadiusTests
{
    [Theory]
    [InlineData(0.08, 0, 1.0, 2.7182818)]
    [InlineData(0.03, 0, 1.0, 1)]
    [InlineData(-0.02, 0, 1.0, 0.3678794)]
    [InlineData(0.08, 0.03, 1.0, 1.6487213)]
    [InlineData(0.16, 0, 2.0, 2.7182818)]
    public void Release_AfterAWay_FollowsWhatIsLeftOfIt(double along, double deviation, double clipNorm, double expected)
    {
        using var radius = new AdaptiveRadius(momentum: 0);
        using var first = tensor(new[] { -3f, 0f });
        using var second = tensor(new[] { (float)-along, 7f });
        radius.Release(first, deviation, clipNorm);
        radius.Move(2);
        radius.Release(second, deviation, clipNorm);

        Assert.Equal(Math.Clamp(expected, 0.5, 2), radius.Factor, 4);
    }

    [Fact]
    public void Release_FirstOrAfterRestart_ChangesNothing()
    {
        using var radius = new AdaptiveRadius(momentum: 0.5);
        using var mean = tensor(new[] { -1f, 0f });
        radius.Release(mean, 0, 1);
        Assert.Equal(1, radius.Factor);
        radius.Move(1);
        radius.Restart();
        radius.Release(mean, 0, 1);
        Assert.Equal(1, radius.Factor);
    }

    [Fact]
    public void Move_WithMomentum_GoesTheWayOfTheSteps()
    {
        using var radius = new AdaptiveRadius(momentum: 0.5);
        using var across = tensor(new[] { -1f, 0f });
        using var up = tensor(new[] { 0f, -1f });
        radius.Release(across, 0, 1);
        radius.Move(1);
        radius.Release(up, 0, 1);
        radius.Move(2);
        var before = radius.Factor;

        // The way is (1, 0) + 2·(0.5, 1) = (2, 2): of a mean across, 1/√2 lies along it, more than the largest change allows.
        using var faint = tensor(new[] { -0.08f * MathF.Sqrt(2), 0f });
        radius.Release(faint, 0.03, 1);

        Assert.Equal(Math.Exp(0.5), radius.Factor / before, 4);
    }
}
