using CsCheck;
using Quietune.Privacy.Accounting;
using Quietune.Privacy.Budgets;

namespace Quietune.Privacy.Tests.Accounting;

/// <summary>What every accountant promises.</summary>
public abstract class AccountantContract
{
    private static readonly Gen<double> NoiseMultipliers = Gen.Double[0.5, 8];

    protected abstract IAccountant Accountant(Adjacency adjacency);

    [Fact]
    public void EpsilonOf_MoreNoise_IsSmaller() => NoiseMultipliers.Sample(sigma =>
        Epsilon(new GaussianEvent(sigma * 1.05)) <= Epsilon(new GaussianEvent(sigma)), iter: 20);

    [Fact]
    public void EpsilonOf_AnyOrder_IsTheSame() => Gen.Select(NoiseMultipliers, NoiseMultipliers).Sample((first, second) =>
    {
        var (a, b) = (new GaussianEvent(first), new GaussianEvent(second));
        Assert.Equal(Epsilon(new ComposedEvent(a, b)), Epsilon(new ComposedEvent(b, a)), 1e-9);
    }, iter: 10);

    [Fact]
    public void EpsilonOf_Repetition_EqualsTheWrittenOutComposition()
    {
        var once = new GaussianEvent(2);
        Assert.Equal(Epsilon(new ComposedEvent(once, once, once)), Epsilon(new SelfComposedEvent(once, 3)), 1e-9);
        Assert.True(Epsilon(new SelfComposedEvent(once, 4)) > Epsilon(new SelfComposedEvent(once, 3)));
    }

    [Fact]
    public void EpsilonOf_GroupOfTwo_EqualsReplaceOne()
    {
        var release = new GaussianEvent(3);
        Assert.Equal(
            Accountant(Adjacency.ReplaceOne).Account(release).EpsilonOf(1e-6),
            Accountant(Adjacency.AddRemove).Account(new GroupEvent(release, 2)).EpsilonOf(1e-6),
            1e-9);
    }

    [Fact]
    public void EpsilonOf_ZeroOut_EqualsAddRemove()
    {
        var release = new GaussianEvent(3);
        Assert.Equal(Accountant(Adjacency.AddRemove).Account(release).EpsilonOf(1e-6), Accountant(Adjacency.ZeroOut).Account(release).EpsilonOf(1e-6));
    }

    [Fact]
    public void DeltaOf_EpsilonOfDelta_IsNotAboveDelta() => Gen.Select(NoiseMultipliers, Gen.Double[-20, -2]).Sample((sigma, exponent) =>
    {
        var curve = Accountant(Adjacency.AddRemove).Account(new GaussianEvent(sigma));
        var delta = Math.Exp(exponent);
        Assert.InRange(curve.DeltaOf(curve.EpsilonOf(delta)), 0, delta * (1 + 1e-6));
    }, iter: 20);

    [Fact]
    public void Account_NothingReleased_CostsNothing()
    {
        var curve = Accountant(Adjacency.AddRemove).Account(new ComposedEvent());
        Assert.Equal(0, curve.EpsilonOf(1e-6), 1e-9);
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1)]
    [InlineData(double.NaN)]
    public void EpsilonOf_BadDelta_Throws(double delta)
    {
        var curve = Accountant(Adjacency.AddRemove).Account(new GaussianEvent(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => curve.EpsilonOf(delta));
    }

    private double Epsilon(PrivacyEvent privacyEvent) => Accountant(Adjacency.AddRemove).Account(privacyEvent).EpsilonOf(1e-6);
}
