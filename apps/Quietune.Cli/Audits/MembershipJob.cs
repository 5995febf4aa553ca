using System.Diagnostics;
using Quietune.Auditing.Claims;
using Quietune.Auditing.Membership;
using Quietune.Cli.Terminals;
using Quietune.Privacy.Budgets;
using Quietune.Privacy.Noise;

namespace Quietune.Cli.Audits;

/// <summary>Attacks membership in models tuned on halves of public rows.</summary>
internal static class MembershipJob
{
    private const int Models = 16;

    /// <summary>Attacks one promise.</summary>
    public static MembershipFinding Run(AuditRequest request, AuditedModel audited, PrivacyBudget budget, Terminal terminal, CancellationToken cancellationToken)
    {
        var models = request.Draws ?? Models;
        if (models < 3)
        {
            throw new BadInputException($"--draws: expected at least 3 models to attack each by what the others show, got {models}.");
        }

        var watch = Stopwatch.StartNew();
        var plan = request.Plan(audited, budget, audited.Rows.Count / 2);
        var claim = terminal.Stage("reckoning what the promise allows", _ => ScheduleClaim.Of(plan));
        var runs = terminal.Stage($"tuning {models} models, ε = {budget.Epsilon}", progress =>
            ShadowTuning.Run(audited.Expansion, plan, audited.Rows, models, new SecureNoise(), seed: 1, progress, cancellationToken));
        var attacks = terminal.Stage("attacking each by the others", _ => MembershipResult.Of(runs, claim));
        return new(request.Method, budget.Epsilon, budget.Delta, plan.Mu, models, audited.Rows.Count, watch.Elapsed.TotalSeconds, attacks);
    }
}
