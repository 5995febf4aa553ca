using Quietune.Privacy.Budgets;

namespace Quietune.Cli.Jobs;

/// <summary>What <c>quietune tune</c> was asked to do.</summary>
/// <param name="Model">The model file.</param>
/// <param name="PublicData">The public table or images.</param>
/// <param name="PrivateData">The private table or images.</param>
/// <param name="Output">The tuned model's file.</param>
/// <param name="Budget">ε and δ.</param>
internal sealed record TuneRequest(string Model, string PublicData, string PrivateData, string Output, PrivacyBudget Budget)
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

    /// <summary>The method's name.</summary>
    public required string Method { get; init; }

    /// <summary>The ledger's place; null for none.</summary>
    public string? Ledger { get; init; }

    /// <summary>The dataset's id in the ledger.</summary>
    public string? Dataset { get; init; }

    /// <summary>File of the private key that signs the certificate; null leaves it unsigned.</summary>
    public string? SigningKey { get; init; }

    /// <summary>A seed for the noise, for tests: NOT PRIVATE. Null for secure noise.</summary>
    public ulong? Seed { get; init; }
}
