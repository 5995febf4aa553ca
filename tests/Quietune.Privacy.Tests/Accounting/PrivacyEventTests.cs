using Quietune.Privacy.Accounting;
using Quietune.Privacy.Budgets;

namespace Quietune.Privacy.Tests.Accounting;

public sealed class PrivacyEventTests
{
    private static readonly ComposedEvent Everything = new(
        new GaussianEvent(1.25),
        new SelfComposedEvent(new PoissonSampledEvent(0.01, new GaussianEvent(0.1)), 1000),
        new GroupEvent(new PureEvent(0.5), 3),
        new ExponentialMechanismEvent(2),
        new SelectionEvent(new GaussianEvent(4), new NegativeBinomialTrials(0, 0.1)),
        new SelectionEvent(new GaussianEvent(4), new PoissonTrials(10)));

    [Fact]
    public void FromJson_OfToJson_IsEqual()
    {
        var back = PrivacyEvent.FromJson(Everything.ToJson());
        Assert.Equal(Everything, back);
        Assert.Equal(Everything.GetHashCode(), back.GetHashCode());
    }

    [Fact]
    public void ToJson_Kinds_AreNamed() => Assert.Equal(
        """{"event":"self-composed","inner":{"event":"poisson-sampled","samplingRate":0.01,"inner":{"event":"gaussian","noiseMultiplier":0.1}},"count":7}""",
        new SelfComposedEvent(new PoissonSampledEvent(0.01, new GaussianEvent(0.1)), 7).ToJson());

    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("not json")]
    [InlineData("""{"event":"laplace","scale":1}""")]
    [InlineData("""{"event":"gaussian"}""")]
    [InlineData("""{"event":"gaussian","noiseMultiplier":-1}""")]
    [InlineData("""{"event":"gaussian","noiseMultiplier":1,"note":"x"}""")]
    [InlineData("""{"event":"gaussian","noiseMultiplier":1,"noiseMultiplier":100}""")]
    [InlineData("""{"event":"composed","events":[null]}""")]
    [InlineData("""{"event":"group","inner":null,"size":2}""")]
    public void FromJson_NotAnEvent_IsRefused(string json) => Assert.Throws<InvalidDataException>(() => PrivacyEvent.FromJson(json));

    [Fact]
    public void Constructors_OutsideTheirRanges_Throw()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new GaussianEvent(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new PureEvent(double.PositiveInfinity));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ExponentialMechanismEvent(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new PoissonSampledEvent(0, new GaussianEvent(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new PoissonSampledEvent(1.1, new GaussianEvent(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SelfComposedEvent(new GaussianEvent(1), 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new GroupEvent(new GaussianEvent(1), 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new NegativeBinomialTrials(-1, 0.5));
        Assert.Throws<ArgumentOutOfRangeException>(() => new NegativeBinomialTrials(1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new PoissonTrials(0));
    }

    public static TheoryData<PrivacyEvent> NotSampleable { get; } =
    [
        new PoissonSampledEvent(0.1, new ComposedEvent(new GaussianEvent(1), new PureEvent(1))),
        new PoissonSampledEvent(0.1, new SelfComposedEvent(new PoissonSampledEvent(0.1, new GaussianEvent(1)), 2)),
        new PoissonSampledEvent(0.1, new GroupEvent(new GaussianEvent(1), 2)),
        new PoissonSampledEvent(0.1, new SelectionEvent(new GaussianEvent(1), new PoissonTrials(2))),
        new GroupEvent(new SelectionEvent(new GaussianEvent(1), new PoissonTrials(2)), 2),
    ];

    [Theory]
    [MemberData(nameof(NotSampleable))]
    public void Account_NestingWithoutTheorem_IsRefused(PrivacyEvent privacyEvent) =>
        Assert.Throws<UnsupportedEventException>(() => new RdpAccountant().Account(privacyEvent));

    [Fact]
    public void Account_SampledPureRelease_IsAmplifiedUnderAddRemoveAlone()
    {
        var sampled = new PoissonSampledEvent(0.1, new PureEvent(1));
        var amplified = Math.Log(1 + 0.1 * (Math.E - 1));
        Assert.Equal(new RdpAccountant().DivergenceAt(new PureEvent(amplified), 4), new RdpAccountant().DivergenceAt(sampled, 4), 1e-12);
        Assert.Equal(new RdpAccountant().DivergenceAt(new PureEvent(1), 4), new RdpAccountant(Adjacency.ReplaceOne).DivergenceAt(sampled, 4), 1e-12);
    }
}
