using System.Diagnostics;
using Quietune.Auditing.Claims;
using Quietune.Auditing.TwoWorlds;
using Quietune.Cli.Terminals;
using Quietune.Privacy.Budgets;
using Quietune.Privacy.Noise;

namespace Quietune.Cli.Audits;

/// <summary>Audits a method in two worlds, on public rows.</summary>
internal static class TwoWorldsJob
{
    private const int Draws = 2_000;
    private const int DrawsOfManyRounds = 100;
    private const int Canaries = 60;
    private const int CanariesOfManyRounds = 15;
    private const int RowsOfManyRounds = 100;

    /// <summary>Audits one promise.</summary>
    public static AuditFinding Run(AuditRequest request, AuditedModel audited, PrivacyBudget budget, Terminal terminal, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        var plan = request.Plan(audited, budget);
        var claim = terminal.Stage("reckoning what the promise allows", _ => ScheduleClaim.Of(plan));

        // Which other rows a sampled round holds would be noise of its own; an attack is strongest where there are none.
        var isOneRound = plan is { Rounds: 1, SamplingRate: 1 };
        var rows = audited.Rows.Slice(0, isOneRound ? audited.Rows.Count : plan.SamplingRate < 1 ? 0 : Math.Min(RowsOfManyRounds, audited.Rows.Count));
        using var subject = terminal.Stage("passing over the rows", _ => new PlanSubject(
            audited.Expansion, plan, rows, audited.CanaryRows, request.Canaries ?? (isOneRound ? Canaries : CanariesOfManyRounds), new SecureNoise()));
        var draws = request.Draws ?? (isOneRound ? Draws : DrawsOfManyRounds);
        var found = terminal.Stage($"drawing {draws} times, ε = {budget.Epsilon}", progress =>
            TwoWorldsAudit.Run(subject, claim, draws, request.Confidence, seed: 1, progress, cancellationToken));
        return new(
            request.Attack, request.Method, budget.Epsilon, budget.Delta, plan.Mu, plan.Rounds, draws, subject.Kinds.Count, found.Guesses, found.Accuracy, claim.LargestAccuracy,
            found.EpsilonLowerBound, found.EpsilonLowerBoundOfAny, found.MuLowerBound, found.Confidence, found.IsRefuted, watch.Elapsed.TotalSeconds, found.Points);
    }
}
