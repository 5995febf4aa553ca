using System.Diagnostics;
using Quietune.Auditing.Exposure;
using Quietune.Cli.Jobs;
using Quietune.Cli.Terminals;
using Quietune.Privacy.Noise;

namespace Quietune.Cli.Audits;

/// <summary>Inserts secrets into invented text and looks for them in the tuned model.</summary>
internal static class ExposureJob
{
    private const int Secrets = 5;
    private const int Sentences = 400;
    private static readonly int[] Insertions = [1, 4, 16];

    /// <summary>Tries every method and promise.</summary>
    public static IReadOnlyList<ExposureFinding> Run(IReadOnlyList<AuditRequest> requests, Terminal terminal, CancellationToken cancellationToken)
    {
        using var audit = terminal.Stage("pretraining on public sentences", progress => new ExposureAudit(Sentences, progress, cancellationToken));
        var findings = new List<ExposureFinding>();
        foreach (var (request, budget) in requests.SelectMany(request => request.Budgets.Select(budget => (request, budget))))
        {
            var plan = Inputs.Checked(() => audit.Plan(request.Method, budget));
            foreach (var insertions in request.Canaries is { } given ? [given] : Insertions)
            {
                var watch = Stopwatch.StartNew();
                var secrets = request.Draws ?? Secrets;
                var found = terminal.Stage($"looking for {secrets} secrets of {insertions} sentences, ε = {budget.Epsilon}", progress =>
                    audit.Run(plan, insertions, secrets, new SecureNoise(), progress, cancellationToken));
                findings.Add(new(
                    request.Method, budget.Epsilon, budget.Delta, insertions, secrets, found.Private.Average(), found.NonPrivate.Average(), found.LargestExposure, found.Private, watch.Elapsed.TotalSeconds));
            }
        }

        return findings;
    }
}
