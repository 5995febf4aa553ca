using CsCheck;
using Quietune.Privacy.Budgets;
using Quietune.Privacy.Profiles;

namespace Quietune.Privacy.Tests.Profiles;

public sealed class GaussianProfileTests
{
    private static readonly Gen<double> Mus = Gen.Double[-9, 3].Select(Math.Exp);
    private static readonly Gen<double> Epsilons = Gen.Double[Math.Log(1e-4), Math.Log(100)].Select(Math.Exp);
    private static readonly Gen<double> Deltas = Gen.Double[Math.Log(1e-300), Math.Log(0.5)].Select(Math.Exp);

    [Fact]
    public void DeltaOf_GoldenProfile_MatchesToTolerance()
    {
        foreach (var row in Golden.Section("gaussian_profile"))
        {
            var delta = GaussianProfile.DeltaOf(row.Number("sensitivity") / row.Number("sigma"), row.Number("epsilon"));
            Assert.Equal(row.Number("delta"), delta, row.Number("tolerance"));
        }
    }

    [Fact]
    public void MuOf_GoldenCalibration_MatchesToTolerance()
    {
        foreach (var row in Golden.Section("gaussian_calibration"))
        {
            var mu = GaussianProfile.MuOf(new PrivacyBudget(row.Number("epsilon"), row.Number("delta")));
            Assert.Equal(row.Number("sigma"), 1 / mu, row.Number("tolerance"));
        }
    }

    [Theory]
    [MemberData(nameof(GaussianProfileReference.Rows), MemberType = typeof(GaussianProfileReference))]
    public void LogDeltaOf_HighPrecisionReference_IsAboveAndTight(double mu, double epsilon, double logDelta)
    {
        var found = GaussianProfile.LogDeltaOf(mu, epsilon);
        Assert.True(found >= logDelta, $"{found:R} is below {logDelta:R}.");
        Assert.True(found - logDelta <= 2e-15 * (64 + epsilon / mu * (epsilon / mu)), $"{found:R} is far above {logDelta:R}.");
    }

    [Theory]
    [MemberData(nameof(GaussianProfileReference.Invertible), MemberType = typeof(GaussianProfileReference))]
    public void MuOf_HighPrecisionReference_IsBelowAndTight(double mu, double epsilon, double logDelta)
    {
        var delta = Math.Exp(logDelta);

        // The reference μ gives log δ; ask for a little less and a little more than its δ.
        var slack = 1e-15 * (2 + Math.Abs(logDelta));
        Assert.True(GaussianProfile.MuOf(new PrivacyBudget(epsilon, delta * (1 - slack))) <= mu);
        Assert.Equal(1, GaussianProfile.MuOf(new PrivacyBudget(epsilon, delta)) / mu, 1e-11);
    }

    [Theory]
    [MemberData(nameof(GaussianProfileReference.Invertible), MemberType = typeof(GaussianProfileReference))]
    public void EpsilonOf_HighPrecisionReference_IsAboveAndTight(double mu, double epsilon, double logDelta)
    {
        var delta = Math.Exp(logDelta);
        var slack = 1e-15 * (2 + Math.Abs(logDelta));
        Assert.True(GaussianProfile.EpsilonOf(mu, delta * (1 - slack)) >= epsilon);
        Assert.Equal(epsilon, GaussianProfile.EpsilonOf(mu, delta), 1e-11 * (mu + epsilon));
    }

    [Theory]
    [InlineData(0.1, 0.032521)]
    [InlineData(0.25, 0.0752699)]
    [InlineData(0.5, 0.142211)]
    [InlineData(1, 0.268051)]
    [InlineData(2, 0.501552)]
    [InlineData(4, 0.924931)]
    [InlineData(8, 1.666031)]
    public void MuOf_UsualBudgets_MatchesPublishedTable(double epsilon, double mu) =>
        Assert.Equal(mu, GaussianProfile.MuOf(new PrivacyBudget(epsilon, 1e-5)), 5e-7);

    [Fact]
    public void MuOf_AnyBudget_NeverOvershootsAndIsNearlyAttained() => Gen.Select(Epsilons, Deltas).Sample((epsilon, delta) =>
    {
        var mu = GaussianProfile.MuOf(new PrivacyBudget(epsilon, delta));
        return GaussianProfile.LogDeltaOf(mu, epsilon) <= Math.Log(delta)
            && GaussianProfile.LogDeltaOf(mu * (1 + 1e-9), epsilon) > Math.Log(delta)
            && GaussianProfile.EpsilonOf(mu, delta) <= epsilon;
    }, iter: 300);

    [Fact]
    public void EpsilonOf_MoreNoise_IsSmaller() => Gen.Select(Mus, Deltas).Sample((mu, delta) =>
        GaussianProfile.EpsilonOf(mu, delta) <= GaussianProfile.EpsilonOf(mu * 1.01, delta), iter: 300);

    [Fact]
    public void DeltaOf_LargerEpsilon_IsSmaller() => Gen.Select(Mus, Epsilons).Sample((mu, epsilon) =>
        GaussianProfile.LogDeltaOf(mu, epsilon * 1.01) <= GaussianProfile.LogDeltaOf(mu, epsilon), iter: 2000);

    [Fact]
    public void TradeOff_EveryLevel_IsTheConvexConjugateOfTheProfile() => Gen.Select(Gen.Double[0.05, 4], Gen.Double[1e-9, 0.999]).Sample((mu, alpha) =>
    {
        // T(α) ≥ 1 − δ(ε) − e^ε·α for every ε, with equality at the ε of the slope −e^ε there (Dong, Roth and Su 2022, proposition 2.12).
        var typeTwoError = GaussianProfile.TradeOff(mu, alpha);
        var epsilon = mu * (-StandardNormal.Quantile(alpha)) - mu * mu / 2;
        Assert.True(typeTwoError >= 1 - GaussianProfile.DeltaOf(mu, 0.7) - Math.Exp(0.7) * alpha - 1e-12);
        if (epsilon >= 0)
        {
            Assert.Equal(1 - GaussianProfile.DeltaOf(mu, epsilon) - Math.Exp(epsilon) * alpha, typeTwoError, 1e-10);
        }
    }, iter: 1000);

    [Fact]
    public void TradeOff_Twice_IsItsOwnInverse() => Gen.Select(Gen.Double[0.05, 4], Gen.Double[1e-6, 0.999]).Sample((mu, alpha) =>
    {
        var back = GaussianProfile.TradeOff(mu, GaussianProfile.TradeOff(mu, alpha));
        return Math.Abs(back - alpha) <= 1e-7 * alpha;
    }, iter: 1000);

    [Fact]
    public void TradeOff_Ends_AreOneAndZero()
    {
        Assert.Equal(1, GaussianProfile.TradeOff(1, 0), 1e-11);
        Assert.Equal(0, GaussianProfile.TradeOff(1, 1));
    }

    [Fact]
    public void Compose_Parts_AddSquaresAndRoundUp()
    {
        var whole = GaussianProfile.Compose(3, 0, 4);
        Assert.True(whole >= 5);
        Assert.Equal(5, whole, 1e-14);
        Assert.Equal(0, GaussianProfile.Compose());
    }

    [Fact]
    public void EpsilonOf_DeltaAboveTotalVariation_IsZero() => Assert.Equal(0, GaussianProfile.EpsilonOf(1, 0.4));

    [Fact]
    public void EpsilonOf_ZeroDelta_IsInfinite() => Assert.Equal(double.PositiveInfinity, GaussianProfile.EpsilonOf(1, 0));

    [Theory]
    [InlineData(0, 1)]
    [InlineData(double.NaN, 1)]
    [InlineData(double.PositiveInfinity, 1)]
    [InlineData(1, -1)]
    [InlineData(1, double.NaN)]
    public void DeltaOf_BadArguments_Throws(double mu, double epsilon) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => GaussianProfile.DeltaOf(mu, epsilon));

    [Fact]
    public void MuOf_PureBudget_Refuses() => Assert.Throws<ArgumentException>(() => GaussianProfile.MuOf(new PrivacyBudget(1, 0)));
}
