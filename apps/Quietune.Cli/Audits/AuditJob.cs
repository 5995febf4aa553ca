using Quietune.Cli.Terminals;

namespace Quietune.Cli.Audits;

/// <summary>Prepares the model once and attacks every promise.</summary>
internal static class AuditJob
{
    /// <summary>Canaries in or out, many runs.</summary>
    public const string TwoWorlds = "two-worlds";

    /// <summary>The attacks.</summary>
    public static IReadOnlyList<string> Attacks { get; } = [TwoWorlds];

    /// <summary>Runs the audits.</summary>
    /// <param name="requests">One for each method; of one model.</param>
    /// <param name="terminal">Where to say how it goes.</param>
    /// <param name="cancellationToken">Stops between runs.</param>
    /// <exception cref="BadInputException">Something given does not fit.</exception>
    public static IReadOnlyList<AuditFinding> Run(IReadOnlyList<AuditRequest> requests, Terminal terminal, CancellationToken cancellationToken)
    {
        var first = requests[0];
        if (!Attacks.Contains(first.Attack))
        {
            throw new BadInputException($"--attack: expected one of {string.Join(", ", Attacks)}, got '{first.Attack}'.");
        }

        if (first.Model is null == first.Mnist is null)
        {
            throw new BadInputException("--model: expected either a model file with --public, or --mnist with a folder of digits.");
        }

        using var audited = first.Mnist is { } folder
            ? AuditedModel.OfDigits(folder, first.PublicRows, first.Rows, terminal, cancellationToken)
            : AuditedModel.OfFile(first, terminal, cancellationToken);
        return [.. requests.SelectMany(request => request.Budgets.Select(budget => TwoWorldsJob.Run(request, audited, budget, terminal, cancellationToken)))];
    }
}
