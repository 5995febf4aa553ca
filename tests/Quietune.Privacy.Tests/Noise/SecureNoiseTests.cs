using Quietune.Privacy.Noise;

namespace Quietune.Privacy.Tests.Noise;

public sealed class SecureNoiseTests : NoiseSourceContract
{
    protected override INoiseSource Source => new SecureNoise();

    [Fact]
    public void IsSecure_Secure_IsTrue() => Assert.True(Source.IsSecure);

    [Fact]
    public void NextUInt64_TwoSources_ShareNothing()
    {
        var (first, second) = (new SecureNoise(), new SecureNoise());
        var words = Enumerable.Range(0, 20_000).SelectMany(_ => new[] { first.NextUInt64(), second.NextUInt64() }).ToHashSet();
        Assert.Equal(40_000, words.Count);
    }
}
