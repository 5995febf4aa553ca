using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Quietune.Reporting;

namespace Quietune.Cli.Jobs;

/// <summary>What a report needs of a run besides its certificate; written beside the model.</summary>
/// <remarks>Nothing in it was computed from private rows but the hash of the released model. It is not signed: a report takes no promise from it.</remarks>
internal sealed record RunRecord
{
    private static readonly JsonSerializerOptions Format = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
    };

    /// <summary>Version of the format, now 1.</summary>
    public int Version { get; init; } = 1;

    /// <summary>SHA-256 of the tuned file, which binds this to its certificate.</summary>
    public required string ModelOutSha256 { get; init; }

    /// <summary>Name of the model's file before tuning.</summary>
    public required string Model { get; init; }

    /// <summary>What the rehearsal measured.</summary>
    public required string Measure { get; init; }

    /// <summary>The measure before and after, scenario by scenario.</summary>
    public required IReadOnlyList<RehearsedScenario> Scenarios { get; init; }

    /// <summary>Mean change of the measure that the rehearsal foretells.</summary>
    public required double PredictedGain { get; init; }

    /// <summary>Whether harm was predicted and the plan carried out all the same.</summary>
    public required bool IsForced { get; init; }

    /// <summary>The settings, for people.</summary>
    public required IReadOnlyList<NamedValue> Settings { get; init; }

    /// <summary>The parameters that are tuned.</summary>
    public required IReadOnlyList<NamedValue> Layers { get; init; }

    /// <summary>Time of the stages that read no private row.</summary>
    public IReadOnlyList<StageTime> Times { get; init; } = [];

    /// <summary>The most memory that was held before private rows were opened, in bytes.</summary>
    public long? PeakMemory { get; init; }

    /// <summary>What was released of the model.</summary>
    public required GeometryStory Geometry { get; init; }

    /// <summary>What the noise costs.</summary>
    public required ExcessStory Excess { get; init; }

    /// <summary>The dataset's budget; null without a ledger.</summary>
    public BudgetStory? Budget { get; init; }

    /// <summary>SHA-256 of the sampled public rows.</summary>
    public required string PublicSha256 { get; init; }

    /// <summary>SHA-256 of the preprocessing spec.</summary>
    public required string SpecSha256 { get; init; }

    /// <summary>Commands that do it again.</summary>
    public required IReadOnlyList<NamedValue> Commands { get; init; }

    /// <summary>Reads the file beside a model.</summary>
    /// <exception cref="BadInputException">It is missing, or no record of a run.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static RunRecord Load(string path)
    {
        if (!File.Exists(path))
        {
            throw new BadInputException($"{path} does not exist; expected the record of the run, as 'quietune tune' writes it beside the model.");
        }

        try
        {
            var read = JsonSerializer.Deserialize<RunRecord>(File.ReadAllText(path), Format) ?? throw new JsonException("Expected a record, got null.");
            return read.Version == 1 ? read : throw new JsonException($"Expected version 1, got {read.Version}.");
        }
        catch (Exception error) when (error is JsonException or ArgumentException or InvalidOperationException)
        {
            throw new BadInputException($"{path} is not the record of a run as 'quietune tune' writes it: {error.Message.ReplaceLineEndings(" ")}");
        }
    }

    /// <summary>The record as JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Format);
}
