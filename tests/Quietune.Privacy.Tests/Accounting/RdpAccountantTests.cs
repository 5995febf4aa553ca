using Quietune.Privacy.Accounting;
using Quietune.Privacy.Budgets;

namespace Quietune.Privacy.Tests.Accounting;

public sealed class RdpAccountantTests : AccountantContract
{
    protected override IAccountant Accountant(Adjacency adjacency) => new RdpAccountant(adjacency);

    [Fact]
    public void EpsilonOf_GoldenRuns_MatchesToTolerance()
    {
        foreach (var row in Golden.Section("rdp_epsilon"))
        {
            var curve = new RdpAccountant().Divergences(Sampled(row));
            Assert.Equal(row.Number("epsilon"), curve.EpsilonOf(row.Number("delta")), row.Number("tolerance"));
            Assert.Equal(row.NumberOr("order", curve.BestOrder(row.Number("delta"))), curve.BestOrder(row.Number("delta")));
        }
    }

    [Fact]
    public void DivergenceAt_GoldenOrders_MatchesToTolerance()
    {
        foreach (var row in Golden.Section("rdp_order"))
        {
            var divergence = new RdpAccountant().DivergenceAt(Sampled(row), row.Number("order"));
            Assert.Equal(1, divergence / row.Number("rdp"), row.Number("relative_tolerance"));
        }
    }

    [Fact]
    public void DivergenceAt_GoldenExponentialMechanism_MatchesOrStaysBelow()
    {
        foreach (var row in Golden.Section("exponential_mechanism_rdp"))
        {
            var divergence = new RdpAccountant().DivergenceAt(new ExponentialMechanismEvent(row.Number("epsilon")), row.Number("order"));
            Assert.Equal(row.NumberOr("rdp", divergence), divergence, row.NumberOr("tolerance", 0));
            Assert.True(divergence <= row.NumberOr("rdp_at_most", double.PositiveInfinity));
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(40)]
    public void DivergenceAt_IntegerOrder_EqualsTheBinomialSum(int order)
    {
        // Source: Mironov, Talwar and Zhang 2019, section 3.3.
        const double q = 0.03, sigma = 1.7;
        var sum = 0.0;
        var logBinomial = 0.0;
        for (var j = 0; j <= order; j++)
        {
            sum += Math.Exp(logBinomial + (order - j) * Math.Log(1 - q) + j * Math.Log(q) + (j * j - j) / (2 * sigma * sigma));
            logBinomial += Math.Log((order - j) / (j + 1.0));
        }

        var found = new RdpAccountant().DivergenceAt(new PoissonSampledEvent(q, new GaussianEvent(sigma)), order);
        Assert.Equal(1, found * (order - 1) / Math.Log(sum), 1e-10);
    }

    [Fact]
    public void DivergenceAt_TinyRate_KeepsItsDigits()
    {
        // The leading term of a divergence of order α is α·q²·(e^{1/σ²} − 1)/2.
        var found = new RdpAccountant().DivergenceAt(new PoissonSampledEvent(1e-9, new GaussianEvent(1)), 3);
        Assert.Equal(1, found / (1.5e-18 * (Math.E - 1)), 1e-7);
    }

    [Fact]
    public void Constructor_OrderNotAboveOne_Throws() => Assert.Throws<ArgumentException>(() => new RdpAccountant(orders: [2, 1]));

    internal static PrivacyEvent Sampled(System.Text.Json.JsonElement row) => new SelfComposedEvent(
        new PoissonSampledEvent(row.Number("q"), new GaussianEvent(row.Number("sigma") / row.NumberOr("sensitivity", 1))), (int)row.NumberOr("steps", 1));
}
