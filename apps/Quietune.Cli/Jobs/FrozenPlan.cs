using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Quietune.Data.Preprocessing;
using Quietune.Privacy.Accounting;
using Quietune.Privacy.Budgets;
using Quietune.Tuning.Mechanism;
using Quietune.Tuning.Planning;
using Quietune.Tuning.Rounds;

namespace Quietune.Cli.Jobs;

/// <summary>What a rehearsal decided, as a file: everything that <c>tune --plan</c> needs besides the files that it names by their hashes.</summary>
/// <remarks>Nothing in it was computed from private rows.</remarks>
internal sealed record FrozenPlan
{
    // The accountant's last digits may differ between versions.
    private const double Slack = 1e-9;

    private static readonly JsonSerializerOptions Format = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
    };

    /// <summary>Version of the format, now 1.</summary>
    public int Version { get; init; } = 1;

    /// <summary>SHA-256 of the model's file.</summary>
    public required string ModelSha256 { get; init; }

    /// <summary>SHA-256 of the sampled public rows, from which the geometry is built again.</summary>
    public required string PublicSha256 { get; init; }

    /// <summary>SHA-256 of the preprocessing spec.</summary>
    public required string SpecSha256 { get; init; }

    /// <summary>The preprocessing spec.</summary>
    public required JsonElement Preprocessing { get; init; }

    /// <summary>The label's column.</summary>
    public required string Label { get; init; }

    /// <summary>What is tuned.</summary>
    public required IReadOnlyList<string> Train { get; init; }

    /// <summary>What the rehearsal measured.</summary>
    public required string Measure { get; init; }

    /// <summary>The measure before and after, scenario by scenario, under the plan.</summary>
    public required IReadOnlyList<ScenarioScore> Scenarios { get; init; }

    /// <summary>Mean change of the measure over the scenarios.</summary>
    public required double PredictedGain { get; init; }

    /// <summary>The same with harm counted double.</summary>
    public required double Merit { get; init; }

    /// <summary>Whether doing nothing is predicted to be better.</summary>
    public required bool DoesNothing { get; init; }

    /// <summary>Where the clip norm lies among the stand-in norms.</summary>
    public required double ClipQuantile { get; init; }

    /// <summary>How many candidates were tried.</summary>
    public required int Tried { get; init; }

    /// <summary>SHA-256 of the plan.</summary>
    public required string PlanSha256 { get; init; }

    /// <summary>The plan, as <see cref="TuningPlan.ToJson"/> writes it.</summary>
    public required JsonElement Plan { get; init; }

    /// <summary>Freezes what a rehearsal found.</summary>
    public static FrozenPlan Of(PublicInputs inputs, RehearsalResult found) => new()
    {
        ModelSha256 = inputs.ModelSha256,
        PublicSha256 = inputs.RowsSha256,
        SpecSha256 = inputs.SpecSha256,
        Preprocessing = JsonDocument.Parse(inputs.Spec.ToJson()).RootElement,
        Label = inputs.Spec.Label.Column,
        Train = inputs.Request.Train,
        Measure = Jobs.Scenarios.MeasureName(inputs.Loss),
        Scenarios = found.Scenarios,
        PredictedGain = found.BestGain,
        Merit = found.Merit,
        DoesNothing = found.DoesNothing,
        ClipQuantile = found.ClipQuantile,
        Tried = found.Tried,
        PlanSha256 = found.BestPlan.Hash(),
        Plan = found.BestPlan.ToJson(),
    };

    /// <summary>Reads a plan file.</summary>
    /// <exception cref="BadInputException">It is no plan, or was changed.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static FrozenPlan Load(string path)
    {
        if (!File.Exists(path))
        {
            throw new BadInputException($"{path} does not exist; expected a plan, as 'quietune rehearse' writes it.");
        }

        try
        {
            var read = JsonSerializer.Deserialize<FrozenPlan>(File.ReadAllText(path), Format) ?? throw new InvalidDataException("Expected a plan, got null.");
            return read.Problem() is { } problem ? throw new InvalidDataException(problem) : read;
        }
        catch (Exception error) when (error is JsonException or InvalidDataException or ArgumentException or InvalidOperationException or OverflowException)
        {
            throw new BadInputException($"{path} is not a plan as 'quietune rehearse' writes it: {error.Message.ReplaceLineEndings(" ")}");
        }
    }

    /// <summary>The plan itself.</summary>
    public TuningPlan ReadPlan() => TuningPlan.FromJson(Plan);

    /// <summary>The preprocessing itself.</summary>
    public PreprocessingSpec ReadSpec() => PreprocessingSpec.Parse(Preprocessing.GetRawText());

    /// <summary>The plan as JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Format);

    /// <summary>Refuses inputs that the plan was not made for.</summary>
    /// <exception cref="BadInputException">One of them is another.</exception>
    public void RequireSame(PublicInputs inputs)
    {
        Require("the model", inputs.Request.Model, ModelSha256, inputs.ModelSha256);
        Require("the preprocessing", inputs.Request.Preprocess ?? "its own", SpecSha256, inputs.SpecSha256);
        Require("the public rows", inputs.Request.PublicData, PublicSha256, inputs.RowsSha256);
    }

    private static void Require(string what, string name, string planned, string found)
    {
        if (planned != found)
        {
            throw new BadInputException($"{name}: expected {what} that the plan was made for, with SHA-256 {planned}, got {found}.");
        }
    }

    private string? Problem()
    {
        var plan = ReadPlan();
        if (Version != 1 || plan.Hash() != PlanSha256)
        {
            return Version != 1 ? $"expected version 1, got {Version}." : $"expected a plan with SHA-256 {PlanSha256}, got {plan.Hash()}; it was changed after it was frozen.";
        }

        if (PublicInputs.SpecHash(ReadSpec()) != SpecSha256)
        {
            return $"expected a preprocessing with SHA-256 {SpecSha256}, got {PublicInputs.SpecHash(ReadSpec())}; it was changed after it was frozen.";
        }

        if (plan.Ball is { } ball)
        {
            // Throws where the draw cannot be made.
            var dimension = plan.Geometry.Dimension ?? throw new InvalidDataException("expected a number of coordinates for a draw with δ = 0.");
            _ = new TruncatedExponentialMechanism(plan.Epsilon, plan.ClipNorm, plan.NominalSize, dimension, plan.Adjacency, ball);
        }

        return plan is not { Rounds: >= 1 and <= 100_000, NominalSize: >= 1, ClipNorm: >= PrivatePass.SmallestClipNorm and <= 1e30, SamplingRate: > 0 and <= 1, Epsilon: > 0, Delta: >= 0 and < 1, Mu: > 0 }
            ? "expected at least one round and unit, a clip norm, a sampling rate in (0, 1] and a budget."
            : PrivacyOdometer.EpsilonOf([plan.Event], plan.Delta, plan.Adjacency) is var epsilon && epsilon > plan.Epsilon * (1 + Slack)
            ? $"expected noise for ε = {plan.Epsilon} at δ = {plan.Delta}, got noise for ε = {epsilon:G6}."
            : null;
    }
}
