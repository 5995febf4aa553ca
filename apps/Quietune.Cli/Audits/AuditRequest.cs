using Quietune.Auditing;
using Quietune.Cli.Jobs;
using Quietune.Privacy.Budgets;
using Quietune.Tuning.Planning;

namespace Quietune.Cli.Audits;

/// <summary>What <c>quietune audit</c> was asked to do.</summary>
/// <param name="Attack">Which attack.</param>
/// <param name="Method">The method on trial.</param>
/// <param name="Budgets">What it promises.</param>
internal sealed record AuditRequest(string Attack, string Method, IReadOnlyList<PrivacyBudget> Budgets)
{
    /// <summary>The model file; null for the digit network.</summary>
    public string? Model { get; init; }

    /// <summary>Public rows in the private rows' place.</summary>
    public string? PublicData { get; init; }

    /// <summary>Private rows; null for an audit on public rows alone.</summary>
    public string? PrivateData { get; init; }

    /// <summary>Whether budget may be spent on an audit of private rows.</summary>
    public bool Spends { get; init; }

    /// <summary>The ledger's place.</summary>
    public string? Ledger { get; init; }

    /// <summary>The dataset's id in the ledger.</summary>
    public string? Dataset { get; init; }

    /// <summary>The column whose equal values belong to one person.</summary>
    public string? UnitColumn { get; init; }

    /// <summary>Folder with the MNIST files, for the digit network.</summary>
    public string? Mnist { get; init; }

    /// <summary>How many of them are public, for the digit network.</summary>
    public int PublicRows { get; init; }

    /// <summary>The label's column.</summary>
    public string? Label { get; init; }

    /// <summary>Feature columns or patterns; empty for all.</summary>
    public IReadOnlyList<string> Features { get; init; } = [];

    /// <summary>The preprocessing spec's file; null to propose one.</summary>
    public string? Preprocess { get; init; }

    /// <summary>What to tune.</summary>
    public IReadOnlyList<string> Train { get; init; } = [];

    /// <summary>The loss's name.</summary>
    public required string Loss { get; init; }

    /// <summary>Rows beside the canaries.</summary>
    public int Rows { get; init; }

    /// <summary>Runs of the mechanism; null for as many as the method's rounds allow in a minute or so.</summary>
    public int? Draws { get; init; }

    /// <summary>Canaries; null for as many as suit the attack.</summary>
    public int? Canaries { get; init; }

    /// <summary>Coordinates that a geometry with a choice releases; null for as many as the method starts with, 0 for all.</summary>
    public int? Dimension { get; init; }

    /// <summary>Of the lower bounds.</summary>
    public double Confidence { get; init; }

    /// <summary>The plan on trial.</summary>
    /// <param name="audited">The model and the rows.</param>
    /// <param name="budget">What it promises.</param>
    /// <param name="nominalSize">N; null for the number of rows.</param>
    public TuningPlan Plan(AuditedModel audited, PrivacyBudget budget, int? nominalSize = null) =>
        Inputs.Checked(() => AuditPlan.Of(audited.Expansion, Method, budget, nominalSize ?? audited.Rows.Count, audited.Rows, Dimension));
}
