using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using Quietune.Auditing.Canaries;
using Quietune.Auditing.Claims;
using Quietune.Auditing.OneRun;
using Quietune.Auditing.TwoWorlds;
using Quietune.Cli.Jobs;
using Quietune.Cli.Terminals;
using Quietune.Privacy.Noise;

namespace Quietune.Cli.Audits;

/// <summary>Audits one run on private rows, for which it reserves the plan's budget like a tuning run.</summary>
/// <remarks>
/// What is told (how many guesses were right) follows from one release of the plan and from coins. The auditor knows of the other rows only what public rows say, so the
/// attack is weak: it can refute a promise, and seldom comes near one.
/// </remarks>
internal static class SpendingJob
{
    private const int Canaries = 200;

    /// <summary>Refuses what cannot be audited on private rows, before anything is read.</summary>
    /// <exception cref="BadInputException">Something is missing, or does not go together.</exception>
    public static void Require(IReadOnlyList<AuditRequest> requests)
    {
        var first = requests[0];
        if (first.PrivateData is null)
        {
            if (first.Spends)
            {
                throw new BadInputException("--spend: expected --private with the rows to spend budget on; an audit on public rows costs none.");
            }

            return;
        }

        if (!first.Spends)
        {
            throw new BadInputException("--private: expected --spend, --ledger and --dataset with it, as an audit of private rows costs what tuning on them costs; public rows alone cost nothing.");
        }

        if (first.Ledger is null || first.Dataset is null)
        {
            throw new BadInputException("--spend: expected --ledger and --dataset, where the budget is reserved before private rows are opened.");
        }

        if (first.Attack != AuditJob.OneRun || requests.Count != 1 || first.Budgets.Count != 1 || first.Model is null)
        {
            throw new BadInputException("--spend: expected --attack one-run of a model file with one method and one ε, as every run on private rows is paid for.");
        }
    }

    /// <summary>Audits.</summary>
    public static AuditFinding Run(AuditRequest request, AuditedModel audited, Terminal terminal)
    {
        var watch = Stopwatch.StartNew();
        var budget = request.Budgets[0];
        var plan = request.Plan(audited, budget) with { PrivacyUnit = request.UnitColumn ?? "row" };
        if (plan is not { Rounds: 1, SamplingRate: 1 })
        {
            throw new BadInputException($"--method: expected a method of one draw on private rows, got '{request.Method}'.");
        }

        var name = request.PrivateData!;
        var table = PrivateTable.Of(name, request.UnitColumn);
        PrivateTable.Require(table, audited.Spec!, name);
        var claim = ScheduleClaim.Of(plan);
        using var reservation = Reservation.Of(request.Ledger!, request.Dataset!, plan);
        var found = terminal.Stage(
            "one run on private rows",
            _ => PrivateTable.Withheld(name, () =>
            {
                var rows = new FittingRows(audited.Spec!.Apply(table, isPrivate: true, request.UnitColumn), audited.Rows.InputShapes, audited.Labels!, name);
                using var subject = new PlanSubject(
                    audited.Expansion, plan, audited.Rows, audited.CanaryRows, request.Canaries ?? Canaries, new SecureNoise(), [Canary.Mislabelled, Canary.OutOfDistribution], rows);
                return OneRunAudit.Run(subject, claim, request.Confidence, seed: 1);
            }),
            tellsTime: false);
        AuditFinding told = new(
            request.Attack, request.Method, budget.Epsilon, budget.Delta, plan.Mu, plan.Rounds, Draws: 1, found.Canaries, found.Guesses, (double)found.Right / found.Guesses,
            1 / (1 + Math.Exp(-budget.Epsilon)), found.EpsilonLowerBound, found.EpsilonLowerBound, MuLowerBound: null, found.Confidence, found.IsRefuted, watch.Elapsed.TotalSeconds, found.Points);
        reservation.Commit(Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(told with { Seconds = 0 }))));
        return told;
    }
}
