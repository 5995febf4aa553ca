using Quietune.Privacy.Profiles;

namespace Quietune.Privacy.Tests.Profiles;

public sealed class ZeroConcentratedProfileTests
{
    [Fact]
    public void DeltaOf_GoldenRows_MatchesToTolerance()
    {
        foreach (var row in Golden.Section("zcdp_delta"))
        {
            Assert.Equal(row.Number("delta"), ZeroConcentratedProfile.DeltaOf(row.Number("rho"), row.Number("epsilon")), row.Number("tolerance"));
        }
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(1)]
    [InlineData(5)]
    public void EpsilonOf_GaussianRho_IsAboveTheExactProfile(double mu)
    {
        var epsilon = ZeroConcentratedProfile.EpsilonOf(mu * mu / 2, 1e-6);
        Assert.InRange(epsilon, GaussianProfile.EpsilonOf(mu, 1e-6), 1.3 * GaussianProfile.EpsilonOf(mu, 1e-6));
        Assert.InRange(ZeroConcentratedProfile.DeltaOf(mu * mu / 2, epsilon), 0.999999e-6, 1e-6);
    }

    [Fact]
    public void MuOf_GoldenCentralLimit_UnderstatesAsPublished()
    {
        foreach (var row in Golden.Section("gdp_clt_epsilon"))
        {
            var mu = CentralLimitApproximation.MuOf(row.Number("q"), row.Number("sigma"), (int)row.Number("steps"));
            Assert.Equal(row.Number("epsilon"), GaussianProfile.EpsilonOf(mu, row.Number("delta")), row.Number("tolerance"));
        }
    }
}
