using Quietune.Privacy.Accounting;
using Quietune.Privacy.Budgets;
using Quietune.Privacy.Profiles;

namespace Quietune.Privacy.Tests.Accounting;

public sealed class GdpAccountantTests : AccountantContract
{
    protected override IAccountant Accountant(Adjacency adjacency) => new GdpAccountant(adjacency);

    [Fact]
    public void EpsilonOf_OneGaussian_IsTheProfile() =>
        Assert.Equal(GaussianProfile.EpsilonOf(0.5, 1e-5), Accountant(Adjacency.AddRemove).Account(new GaussianEvent(2)).EpsilonOf(1e-5), 1e-12);

    public static TheoryData<PrivacyEvent> NotGaussian { get; } =
        [new PureEvent(1), new ExponentialMechanismEvent(1), new PoissonSampledEvent(0.5, new GaussianEvent(1)), new ComposedEvent(new GaussianEvent(1), new PureEvent(1))];

    [Theory]
    [MemberData(nameof(NotGaussian))]
    public void Account_AnythingElse_IsRefused(PrivacyEvent privacyEvent) =>
        Assert.Throws<UnsupportedEventException>(() => Accountant(Adjacency.AddRemove).Account(privacyEvent));
}
