using Quietune.Privacy.Budgets;

namespace Quietune.Cli.Jobs;

/// <summary>What a job reads before private rows: a model, public rows, and the budget that is planned for.</summary>
/// <param name="Model">The model file.</param>
/// <param name="PublicData">The public table or images.</param>
/// <param name="Budget">ε and δ.</param>
internal sealed record PublicRequest(string Model, string PublicData, PrivacyBudget Budget)
{
    /// <summary>The label's column; null for images.</summary>
    public string? Label { get; init; }

    /// <summary>Feature columns or patterns; empty for all.</summary>
    public IReadOnlyList<string> Features { get; init; } = [];

    /// <summary>The preprocessing spec's file; null to propose one from the public table.</summary>
    public string? Preprocess { get; init; }

    /// <summary>The column whose equal values belong to one person; null makes every row a unit.</summary>
    public string? UnitColumn { get; init; }

    /// <summary>What to tune.</summary>
    public IReadOnlyList<string> Train { get; init; } = [];

    /// <summary>What a neighbour is.</summary>
    public Adjacency Adjacency { get; init; }

    /// <summary>N; null takes the number of public rows.</summary>
    public int? NominalSize { get; init; }

    /// <summary>The loss's name.</summary>
    public required string Loss { get; init; }
}
