using System.Diagnostics;
using Quietune.Auditing.Canaries;
using Quietune.Auditing.Claims;
using Quietune.Auditing.OneRun;
using Quietune.Auditing.TwoWorlds;
using Quietune.Cli.Terminals;
using Quietune.Privacy.Budgets;
using Quietune.Privacy.Noise;

namespace Quietune.Cli.Audits;

/// <summary>Audits a method in one run, on public rows.</summary>
internal static class OneRunJob
{
    private const int Canaries = 1_000;
    private const double CandidatesPerCanary = 1.5;

    /// <summary>Audits one promise.</summary>
    public static AuditFinding Run(AuditRequest request, AuditedModel audited, PrivacyBudget budget, Terminal terminal)
    {
        var watch = Stopwatch.StartNew();
        var canaries = request.Canaries ?? Canaries;
        var plan = request.Plan(audited, budget);
        var claim = terminal.Stage("reckoning what the promise allows", _ => ScheduleClaim.Of(plan));
        using var subject = terminal.Stage("passing over the rows and the canaries", _ => new PlanSubject(
            audited.Expansion, plan, plan.SamplingRate < 1 ? audited.Rows.Slice(0, 0) : audited.Rows, audited.CanaryRows, (int)(CandidatesPerCanary * canaries), new SecureNoise(), [Canary.Mislabelled, Canary.OutOfDistribution]));
        var apart = terminal.Stage("choosing canaries that can be told apart", _ => new ApartCanaries(subject, canaries));
        var found = terminal.Stage($"one run, ε = {budget.Epsilon}", _ => OneRunAudit.Run(apart, claim, request.Confidence, seed: 1));
        return new(
            request.Attack, request.Method, budget.Epsilon, budget.Delta, plan.Mu, plan.Rounds, Draws: 1, found.Canaries, found.Guesses, (double)found.Right / found.Guesses,
            1 / (1 + Math.Exp(-budget.Epsilon)), found.EpsilonLowerBound, found.EpsilonLowerBound, MuLowerBound: null, found.Confidence, found.IsRefuted, watch.Elapsed.TotalSeconds, found.Points);
    }
}
