using Quietune.Privacy.Budgets;

namespace Quietune.Cli.Jobs;

/// <summary>What <c>quietune evaluate --private</c> was asked to do.</summary>
/// <param name="Model">The model file.</param>
/// <param name="Data">The private rows.</param>
/// <param name="Budget">ε and δ of the release.</param>
internal sealed record PrivateEvaluationRequest(string Model, string Data, PrivacyBudget Budget)
{
    /// <summary>Public rows, whose scores fix the bins; null for bins of equal width.</summary>
    public string? PublicData { get; init; }

    /// <summary>The label's column, where public rows propose the preprocessing.</summary>
    public string? Label { get; init; }

    /// <summary>Feature columns or patterns, where public rows propose the preprocessing.</summary>
    public IReadOnlyList<string> Features { get; init; } = [];

    /// <summary>The preprocessing spec's file.</summary>
    public string? Preprocess { get; init; }

    /// <summary>The column whose equal values belong to one person; null makes every row a unit.</summary>
    public string? UnitColumn { get; init; }

    /// <summary>What a neighbour is.</summary>
    public Adjacency Adjacency { get; init; }

    /// <summary>The loss's name.</summary>
    public required string Loss { get; init; }

    /// <summary>The ledger's place; null for none.</summary>
    public string? Ledger { get; init; }

    /// <summary>The dataset's id in the ledger.</summary>
    public string? Dataset { get; init; }

    /// <summary>A seed for the noise, for tests: NOT PRIVATE. Null for secure noise.</summary>
    public ulong? Seed { get; init; }
}
