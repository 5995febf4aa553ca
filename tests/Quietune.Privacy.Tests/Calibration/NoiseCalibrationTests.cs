using CsCheck;
using Quietune.Privacy.Accounting;
using Quietune.Privacy.Budgets;
using Quietune.Privacy.Calibration;
using Quietune.Privacy.Profiles;

namespace Quietune.Privacy.Tests.Calibration;

public sealed class NoiseCalibrationTests
{
    [Fact]
    public void NoiseMultiplierOf_GoldenSchedules_MatchesToTolerance()
    {
        foreach (var row in Golden.Section("subsampled_gaussian_calibration"))
        {
            var budget = new PrivacyBudget(row.Number("epsilon"), row.Number("delta"));
            var noise = NoiseCalibration.NoiseMultiplierOf(budget, row.Number("q"), (int)row.Number("steps")) * row.Number("sensitivity");
            Assert.Equal(row.Number("sigma"), noise, row.Number("tolerance"));
        }
    }

    [Fact]
    public void NoiseMultiplierOf_FullPasses_IsTheClosedForm() => Gen.Select(Gen.Double[-3, 3], Gen.Double[-20, -2], Gen.Int[1, 1000]).Sample((logEpsilon, logDelta, rounds) =>
    {
        var budget = new PrivacyBudget(Math.Exp(logEpsilon), Math.Exp(logDelta));
        var noise = NoiseCalibration.NoiseMultiplierOf(budget, 1, rounds);
        var exact = Math.Sqrt(rounds) / GaussianProfile.MuOf(budget);
        return noise >= exact * (1 - 1e-12) && noise <= exact * (1 + 2e-6);
    }, iter: 100);

    [Theory]
    [InlineData(1, 1e-5, 0.05, 200, Adjacency.AddRemove)]
    [InlineData(4, 1e-6, 0.1, 50, Adjacency.ReplaceOne)]
    public void NoiseMultiplierOf_SampledRounds_NeverOvershootsAndIsNearlyAttained(double epsilon, double delta, double rate, int rounds, Adjacency adjacency)
    {
        var noise = NoiseCalibration.NoiseMultiplierOf(new PrivacyBudget(epsilon, delta), rate, rounds, adjacency);
        Assert.InRange(Epsilon(noise), epsilon * (1 - 1e-4), epsilon);
        Assert.True(Epsilon(noise * (1 - 1e-3)) > epsilon);

        double Epsilon(double sigma) =>
            new PldAccountant(adjacency).Account(new SelfComposedEvent(new PoissonSampledEvent(rate, new GaussianEvent(sigma)), rounds)).EpsilonOf(delta);
    }

    /// <summary>Schedules for each accountant: Gaussian alone, sampled among others, and selection.</summary>
    [Theory]
    [InlineData("gaussian", 40)]
    [InlineData("sampled", 4)]
    [InlineData("exponential", 4)]
    [InlineData("selection", 10)]
    public void NoiseMultiplierOf_AnyBudgetAndSchedule_NeverOvershootsAndIsWithinAMillionth(string kind, int iterations) =>
        Gen.Select(Gen.Double[-1.5, 1.5], Gen.Double[-18, -7], Gen.Double[0.01, 0.5], Gen.Int[1, 20], Gen.Enum<Adjacency>()).Sample((logEpsilon, logDelta, rate, rounds, adjacency) =>
        {
            var budget = new PrivacyBudget(Math.Exp(logEpsilon), Math.Exp(logDelta));
            PrivacyEvent Schedule(double noise) => kind switch
            {
                "gaussian" => new ComposedEvent(new SelfComposedEvent(new GaussianEvent(noise), rounds), new GaussianEvent(2 * noise)),
                "sampled" => new ComposedEvent(new SelfComposedEvent(new PoissonSampledEvent(rate, new GaussianEvent(noise)), rounds), new GaussianEvent(3 * noise)),
                "exponential" => new ComposedEvent(new ExponentialMechanismEvent(budget.Epsilon / 4), new GaussianEvent(noise)),
                _ => new SelectionEvent(new SelfComposedEvent(new GaussianEvent(noise), rounds), new NegativeBinomialTrials(1, rate)),
            };
            double Spent(double noise) => PrivacyOdometer.CurveOf(Schedule(noise), adjacency).EpsilonOf(budget.Delta);
            if (kind == "selection" && Spent(1e8) > budget.Epsilon)
            {
                return true;        // the number of tries alone costs more, and that is refused
            }

            var found = NoiseCalibration.NoiseMultiplierOf(budget, Schedule, adjacency);
            return Spent(found) <= budget.Epsilon && Spent(found * (1 - 2e-6)) > budget.Epsilon;
        }, iter: iterations);

    [Fact]
    public void NoiseMultiplierOf_PureBudget_IsRefused() =>
        Assert.Throws<ArgumentException>(() => NoiseCalibration.NoiseMultiplierOf(new PrivacyBudget(1, 0), 1, 1));

    [Fact]
    public void NoiseMultiplierOf_HugeBudget_IsStillWithinIt()
    {
        var budget = new PrivacyBudget(4000, 1e-5);
        Assert.True(PrivacyOdometer.Consider([], new GaussianEvent(NoiseCalibration.NoiseMultiplierOf(budget, 1, 1)), budget).Fits);
    }
}
