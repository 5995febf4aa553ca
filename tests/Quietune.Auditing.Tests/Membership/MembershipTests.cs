using Quietune.Auditing.Claims;
using Quietune.Auditing.Membership;
using Quietune.Data;
using Quietune.Privacy.Budgets;
using Quietune.Privacy.Noise;
using Quietune.Tuning.Planning;
using Quietune.Tuning.Rounds;

namespace Quietune.Auditing.Tests.Membership;

/// <summary>Attacks on membership find what is there: much where losses tell, nothing where the promise hides it.</summary>
public sealed class MembershipTests
{
    [Fact]
    public void LikelihoodRatio_WhereRowsDifferInDifficulty_BeatsTheLossThreshold()
    {
        // Membership lowers a row's loss by a third, but rows differ by a factor of a hundred: only beside its own shadow losses does a row give itself away.
        var random = new SeededGenerator(4);
        var difficulty = Enumerable.Range(0, 300).Select(_ => Math.Exp(4.6 * random.NextDouble()) / 20).ToArray();
        var members = Enumerable.Range(0, 12).Select(_ => difficulty.Select(_ => random.Next(2) == 1).ToArray()).ToList();
        var losses = members.ConvertAll(member => difficulty.Select((loss, row) => loss * (member[row] ? 0.67 : 1) * Math.Exp(0.2 * (random.NextDouble() - 0.5))).ToArray());
        var results = MembershipResult.Of(new(losses, members), new GaussianClaim(1, 1e-5)).ToDictionary(result => result.Attack, result => result.Roc);
        Assert.InRange(results["loss threshold"].Area, 0.5, 0.65);
        Assert.InRange(results["likelihood ratio, offline"].Area, 0.9, 1);
        Assert.InRange(results["likelihood ratio, online"].Area, results["likelihood ratio, offline"].Area, 1);
        Assert.True(results["likelihood ratio, online"].HitRateAtOnePercent > results["loss threshold"].HitRateAtOnePercent + 0.3);
    }

    [Fact]
    public void Scores_DoNotLookAtTheTargetsOwnMembership()
    {
        var random = new SeededGenerator(5);
        var members = Enumerable.Range(0, 8).Select(_ => Enumerable.Range(0, 200).Select(_ => random.Next(2) == 1).ToArray()).ToList();
        var losses = members.ConvertAll(member => member.Select(_ => 0.1 + random.NextDouble()).ToArray());
        foreach (var result in MembershipResult.Of(new(losses, members), new GaussianClaim(1, 1e-5)))
        {
            // Losses that know nothing: 800 members and 800 others put the area within 0.08 of a half at five deviations.
            Assert.InRange(result.Roc.Area, 0.42, 0.58);
        }
    }

    [Fact]
    public void ShadowModels_OfPrivateTuning_StayWithinThePromise_AndOfLooseTuningGiveMembersAway()
    {
        using var small = new SmallModel();
        var rows = SmallModel.Rows(60, seed: 62);
        var areas = new[] { 0.5, 1_000 }.Select(epsilon =>
        {
            var plan = AuditPlan.Of(small.Expansion, "dp-gd", new PrivacyBudget(epsilon, 1e-5), nominalSize: 30, rows);
            plan = (plan with { Rounds = 10, NoiseMultiplier = null, StepSize = 1 / plan.ClipNorm }).Calibrated();
            var runs = ShadowTuning.Run(small.Expansion, plan, rows, models: 10, new SeededNoise(2));
            Assert.Equal((10, 60), (runs.Count, runs.Rows));
            var result = MembershipResult.Of(runs, new GaussianClaim(plan.Mu, plan.Delta))[2];
            return (result.Roc.Area, result.Roc.Advantage, result.LargestAdvantage);
        }).ToArray();

        // 300 members and 300 others: an advantage of pure chance is about 0.1.
        Assert.InRange(areas[0].Advantage, 0, areas[0].LargestAdvantage + 0.15);
        Assert.True(areas[1].Area > 0.7 && areas[1].Area > areas[0].Area + 0.1, $"{areas[0]} {areas[1]}");
    }
}
