namespace Quietune.Cli.Jobs;

/// <summary>What <c>quietune report</c> was asked to do.</summary>
/// <param name="Model">The tuned file, beside which its certificate and the record of its run stand.</param>
internal sealed record ReportRequest(string Model)
{
    /// <summary>Files of <c>quietune audit --json</c>.</summary>
    public IReadOnlyList<string> Audits { get; init; } = [];

    /// <summary>Files of <c>quietune evaluate --json</c>.</summary>
    public IReadOnlyList<string> Evaluations { get; init; } = [];

    /// <summary>The page's file; null for the report beside the model.</summary>
    public string? Html { get; init; }

    /// <summary>The file before tuning, to check; or null.</summary>
    public string? Original { get; init; }

    /// <summary>The public key that must have signed, or null.</summary>
    public string? Key { get; init; }

    /// <summary>The ledger that must hold the spend, or null.</summary>
    public string? Ledger { get; init; }
}
