using System.Text.Json.Serialization;
using Quietune.Privacy.Accounting;
using Quietune.Privacy.Budgets;
using Quietune.Tuning.Certificates;

namespace Quietune.Cli.Jobs;

/// <summary>What a private evaluation promised and released; all of it may be published.</summary>
internal sealed record PrivateEvaluationStatement
{
    /// <summary>A warning, where the noise can be guessed.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? NotPrivate { get; init; }

    /// <summary>What was done.</summary>
    public string Mechanism { get; } = "noisy counts of outcomes by bins of the score";

    /// <summary>ε.</summary>
    public required double Epsilon { get; init; }

    /// <summary>δ.</summary>
    public required double Delta { get; init; }

    /// <summary>μ.</summary>
    public required double Mu { get; init; }

    /// <summary>What a neighbour is.</summary>
    public required Adjacency Adjacency { get; init; }

    /// <summary>What one unit is.</summary>
    public required string PrivacyUnit { get; init; }

    /// <summary>What the release does to privacy.</summary>
    public required PrivacyEvent Event { get; init; }

    /// <summary>SHA-256 of the model's file.</summary>
    public required string ModelSha256 { get; init; }

    /// <summary>SHA-256 of the preprocessing spec.</summary>
    public required string SpecSha256 { get; init; }

    /// <summary>Inner edges of the bins, fixed before private rows were read.</summary>
    public required IReadOnlyList<double> BinEdges { get; init; }

    /// <summary>SHA-256 of all of the above, under which budget is reserved.</summary>
    public string EvaluationSha256 { get; init; } = string.Empty;

    /// <summary>What was released.</summary>
    public ReleasedScores? Scores { get; init; }

    /// <summary>Where the spend is entered; null without a ledger.</summary>
    public LedgerRecord? Ledger { get; init; }
}
