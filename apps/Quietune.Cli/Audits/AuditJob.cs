using Quietune.Cli.Terminals;

namespace Quietune.Cli.Audits;

/// <summary>Prepares the model once and attacks every promise.</summary>
internal static class AuditJob
{
    /// <summary>Canaries in or out, many runs.</summary>
    public const string TwoWorlds = "two-worlds";

    /// <summary>Many canaries in or out, one run.</summary>
    public const string OneRun = "one-run";

    /// <summary>Who was among the rows.</summary>
    public const string Membership = "membership";

    /// <summary>Secrets inserted into text.</summary>
    public const string Exposure = "exposure";

    /// <summary>The attacks.</summary>
    public static IReadOnlyList<string> Attacks { get; } = [TwoWorlds, OneRun, Membership, Exposure];

    /// <summary>Runs the audits.</summary>
    /// <param name="requests">One for each method; of one model.</param>
    /// <param name="terminal">Where to say how it goes.</param>
    /// <param name="cancellationToken">Stops between runs.</param>
    /// <exception cref="BadInputException">Something given does not fit.</exception>
    public static AuditFindings Run(IReadOnlyList<AuditRequest> requests, Terminal terminal, CancellationToken cancellationToken)
    {
        var first = requests[0];
        if (!Attacks.Contains(first.Attack))
        {
            throw new BadInputException($"--attack: expected one of {string.Join(", ", Attacks)}, got '{first.Attack}'.");
        }

        SpendingJob.Require(requests);
        if (first.Attack == Exposure)
        {
            return first is { Model: null, Mnist: null }
                ? new([], [], ExposureJob.Run(requests, terminal, cancellationToken))
                : throw new BadInputException("--attack exposure: expected neither --model nor --mnist, as it has a model of text of its own.");
        }

        if (first.Model is null == first.Mnist is null)
        {
            throw new BadInputException("--model: expected either a model file with --public, or --mnist with a folder of digits.");
        }

        using var audited = first.Mnist is { } folder
            ? AuditedModel.OfDigits(folder, first.PublicRows, first.Rows, terminal, cancellationToken)
            : AuditedModel.OfFile(first, terminal, cancellationToken);
        if (first.PrivateData is not null)
        {
            return new([SpendingJob.Run(first, audited, terminal)], [], []);
        }

        var trials = requests.SelectMany(request => request.Budgets.Select(budget => (Request: request, Budget: budget))).ToList();
        return first.Attack switch
        {
            Membership => new([], [.. trials.Select(trial => MembershipJob.Run(trial.Request, audited, trial.Budget, terminal, cancellationToken))], []),
            OneRun => new([.. trials.Select(trial => OneRunJob.Run(trial.Request, audited, trial.Budget, terminal))], [], []),
            _ => new([.. trials.Select(trial => TwoWorldsJob.Run(trial.Request, audited, trial.Budget, terminal, cancellationToken))], [], []),
        };
    }
}
