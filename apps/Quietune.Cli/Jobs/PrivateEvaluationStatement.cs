using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Quietune.Cli.Terminals;
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

    /// <summary>The hash that <see cref="EvaluationSha256"/> must be: of all that was fixed before private rows were read.</summary>
    public string SettingsHash() => Hash(this with { NotPrivate = null, EvaluationSha256 = string.Empty, Scores = null, Ledger = null });

    /// <summary>SHA-256 of what was released, as the ledger has it.</summary>
    public string ScoresHash() => Hash(Scores);

    /// <summary>The statement as JSON text.</summary>
    public string ToJson() => Terminal.ToJson(this);

    /// <summary>Reads what <see cref="ToJson"/> wrote, signed or not.</summary>
    /// <param name="bytes">The file's bytes.</param>
    /// <param name="path">The file's name, for messages.</param>
    /// <exception cref="InvalidDataException">They hold no such statement.</exception>
    public static PrivateEvaluationStatement Read(byte[] bytes, string path)
    {
        try
        {
            return JsonSerializer.Deserialize<PrivateEvaluationStatement>(Encoding.UTF8.GetString(bytes), Reading) is { Event: not null, PrivacyUnit: not null, ModelSha256: not null, SpecSha256: not null, BinEdges: not null, EvaluationSha256: not null, Scores: not null } statement
                && statement.Ledger is null or { Dataset: not null, Reservation: not null, Spend: not null }
                ? statement
                : throw new InvalidDataException($"{path}: Expected the statement of a private evaluation, got one that leaves a member empty.");
        }
        catch (Exception error) when (error is JsonException or ArgumentException or NotSupportedException)
        {
            throw new InvalidDataException($"{path}: Expected the statement of a private evaluation in JSON: {error.Message}", error);
        }
    }

    private static JsonSerializerOptions Reading { get; } = new(Terminal.Format) { AllowOutOfOrderMetadataProperties = true };

    private static string Hash<T>(T value) => Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(value)));
}
