using Quietune.Auditing.Claims;
using Quietune.Auditing.TwoWorlds;
using Quietune.Privacy.Budgets;
using Quietune.Privacy.Noise;
using Quietune.Tuning.Planning;
using TorchSharp;

namespace Quietune.Auditing.Tests.TwoWorlds;

/// <summary>Every method can be put on trial: the attack guesses about as well as its noise allows, and no better.</summary>
public sealed class PlanSubjectTests
{
    public static TheoryData<string> Methods => [.. Quietune.Tuning.Planning.Methods.Names];

    [Theory]
    [MemberData(nameof(Methods))]
    public void Audit_OfEveryMethod_GuessesAboutAsWellAsItsNoiseAllows(string method)
    {
        using var small = new SmallModel();
        var rows = SmallModel.Rows(30, seed: 60);
        var plan = AuditPlan.Of(small.Expansion, method, new PrivacyBudget(8, 1e-5), nominalSize: 30, rows);

        // A few rounds of each, with the noise that so few need.
        plan = (plan with { Rounds = Math.Min(plan.Rounds, 3), NoiseMultiplier = null }).Calibrated();
        using var subject = new PlanSubject(small.Expansion, plan, plan.SamplingRate < 1 ? rows.Slice(0, 0) : rows, SmallModel.Rows(100, seed: 61), count: 9, new SeededNoise(3));
        var claim = new GaussianClaim(plan.Mu, plan.Delta);
        var found = TwoWorldsAudit.Run(subject, claim, draws: plan.SamplingRate < 1 ? 60 : 40, confidence: 1 - 1e-6);
        Assert.Equal(["mislabelled", "out of distribution", "gradient-aligned"], subject.Kinds.Distinct());
        Assert.False(found.IsRefuted, $"{found}");

        // 360 guesses: five deviations are 0.13 beside the 0.80 of clipped canaries; a wrong vector guesses 0.5. Sampled rounds hide more.
        Assert.InRange(found.Accuracy, plan.SamplingRate < 1 ? 0.52 : 0.66, claim.LargestAccuracy + 0.13);
    }

    [Fact]
    public void Runs_LeaveNoTensorsBehind()
    {
        using var small = new SmallModel();
        var rows = SmallModel.Rows(30, seed: 60);
        var plan = AuditPlan.Of(small.Expansion, "one-draw", new PrivacyBudget(1, 1e-5), nominalSize: 30, rows);
        foreach (var some in new[] { plan, (plan with { Rounds = 2, NoiseMultiplier = null }).Calibrated() })
        {
            using var subject = new PlanSubject(small.Expansion, some, rows, rows, count: 3, new SeededNoise(3));
            subject.Run([true, false, true]);
            var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
            for (var run = 0; run < 3; run++)
            {
                subject.Run([true, false, true]);
            }

            Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        }
    }
}
