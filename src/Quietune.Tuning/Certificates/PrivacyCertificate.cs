using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Quietune.Privacy.Accounting;
using Quietune.Privacy.Budgets;
using Quietune.Tuning.Mechanism;
using Quietune.Tuning.Planning;
using Quietune.Tuning.Rounds;

namespace Quietune.Tuning.Certificates;

/// <summary>What was promised about the private data of one tuning run, by which mechanism, about which files: for an auditor to check.</summary>
/// <remarks>It holds nothing that was computed from private rows but the hash of the released model. ε can be recomputed from <see cref="Event"/>.</remarks>
public sealed record PrivacyCertificate
{
    /// <summary>What <see cref="NotPrivate"/> says of a run whose noise can be guessed.</summary>
    public const string SeededNoiseWarning = "NOT PRIVATE: the noise came from a seeded generator, for tests and experiments only";

    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        AllowOutOfOrderMetadataProperties = true,
        RespectRequiredConstructorParameters = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
    };

    /// <summary>Why nothing is promised; null where the promise holds.</summary>
    [JsonPropertyOrder(-1)]
    public string? NotPrivate { get; init; }

    /// <summary>The mechanism, in words.</summary>
    public required string Mechanism { get; init; }

    /// <summary>Which datasets are neighbours.</summary>
    public required Adjacency Adjacency { get; init; }

    /// <summary>What neighbours differ in: <c>row</c>, or the column whose equal values belong to one unit.</summary>
    public required string PrivacyUnit { get; init; }

    /// <summary>ε of the whole run.</summary>
    public required double Epsilon { get; init; }

    /// <summary>δ of the whole run.</summary>
    public required double Delta { get; init; }

    /// <summary>μ of the Gaussian-DP guarantee of the whole run.</summary>
    public required double Mu { get; init; }

    /// <summary>β, the inverse temperature of one release's exponential mechanism.</summary>
    public required double Beta { get; init; }

    /// <summary>N, the public nominal number of units.</summary>
    public required long NominalSize { get; init; }

    /// <summary>C, the bound on one unit's whitened gradient.</summary>
    public required double ClipNorm { get; init; }

    /// <summary>The ball on which a draw with δ = 0 lies; null for normal draws.</summary>
    public CertifiedBall? Ball { get; init; }

    /// <summary>How far one unit can change the utility within the ball; within distance 1 in the whitened coordinates where there is none.</summary>
    public required double UtilitySensitivity { get; init; }

    /// <summary>Standard deviation of the noise on each whitened coordinate of the sum, before it is cut off at the ball.</summary>
    public required double NoiseScale { get; init; }

    /// <summary>The distance of the lattice points on which the released sum lies; null where the noise came from a seed.</summary>
    public double? LatticeStep { get; init; }

    /// <summary>The bound on how far one unit can move the released sum, with what rounding may add.</summary>
    public required double AccountedSensitivity { get; init; }

    /// <summary>Releases made, each after one pass over the private rows.</summary>
    public required int Rounds { get; init; }

    /// <summary>k, how many numbers each release has.</summary>
    public required long Dimension { get; init; }

    /// <summary>W, in numbers that rebuild it from the same public data.</summary>
    public required GeometryPlan Geometry { get; init; }

    /// <summary>Mean excess of the quadratic model over its minimum, per unit, of one release.</summary>
    public required double ExpectedExcess { get; init; }

    /// <summary>The excess that is passed with probability 1 % at most.</summary>
    public required double ExcessPassedInOnePercent { get; init; }

    /// <summary>What the run did to privacy, from which any accountant recomputes ε.</summary>
    public required PrivacyEvent Event { get; init; }

    /// <summary>SHA-256 of the model file before tuning.</summary>
    public required string ModelInSha256 { get; init; }

    /// <summary>SHA-256 of the model file after tuning.</summary>
    public required string ModelOutSha256 { get; init; }

    /// <summary>SHA-256 of the plan, which was frozen before private data was opened.</summary>
    public required string PlanSha256 { get; init; }

    /// <summary>The plan itself.</summary>
    public required JsonElement Plan { get; init; }

    /// <summary>Where the budget is entered; null where no ledger was kept.</summary>
    public LedgerRecord? Ledger { get; init; }

    /// <summary>Versions of the programs that ran.</summary>
    public required IReadOnlyDictionary<string, string> Versions { get; init; }

    /// <summary>When the certificate was made.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>Certifies a run.</summary>
    /// <param name="plan">What was to be done.</param>
    /// <param name="outcome">What was done.</param>
    /// <param name="modelIn">SHA-256 of the model file before.</param>
    /// <param name="modelOut">SHA-256 of the model file after.</param>
    /// <param name="time">Now.</param>
    public static PrivacyCertificate Of(TuningPlan plan, TuningOutcome outcome, string modelIn, string modelOut, TimeProvider time)
    {
        var mechanism = outcome.Mechanism;
        var ball = (mechanism as TruncatedExponentialMechanism) is { } truncated
            ? new CertifiedBall(truncated.Radius, truncated.LargestSum, truncated.AcceptanceBound, truncated.MeasuredAcceptance())
            : null;
        return new()
        {
            NotPrivate = outcome.IsSecure ? null : SeededNoiseWarning,
            Mechanism = ball is not null
                ? "exponential mechanism with a quadratic utility on a ball: one exact draw of a truncated normal"
                : plan.Rounds == 1
                ? "exponential mechanism with a quadratic utility: one exact normal draw"
                : $"{plan.Rounds} exponential mechanisms with quadratic utilities, each expanded at the last draw",
            Adjacency = plan.Adjacency,
            PrivacyUnit = plan.PrivacyUnit,
            Epsilon = plan.Epsilon,
            Delta = plan.Delta,
            Mu = plan.Mu,
            Beta = mechanism.Beta,
            NominalSize = plan.NominalSize,
            ClipNorm = plan.ClipNorm,
            Ball = ball,
            UtilitySensitivity = mechanism.UtilitySensitivity(ball?.Radius ?? 1),
            NoiseScale = mechanism.NoiseScale,
            LatticeStep = outcome.IsSecure || ball is not null ? mechanism.LatticeStep : null,
            AccountedSensitivity = mechanism.InflatedSensitivity,
            Rounds = plan.Rounds,
            Dimension = mechanism.Dimension,
            Geometry = plan.Geometry,
            ExpectedExcess = mechanism.ExpectedExcess,
            ExcessPassedInOnePercent = mechanism.ExcessTail(0.01),
            Event = plan.Event,
            ModelInSha256 = modelIn,
            ModelOutSha256 = modelOut,
            PlanSha256 = plan.Hash(),
            Plan = plan.ToJson(),
            Versions = new Dictionary<string, string>
            {
                ["quietune"] = typeof(PrivacyCertificate).Assembly.GetName().Version?.ToString(3) ?? "0",
                ["dotnet"] = Environment.Version.ToString(),
                ["torchsharp"] = typeof(TorchSharp.torch).Assembly.GetName().Version?.ToString() ?? "0",
            },
            Time = time.GetUtcNow(),
        };
    }

    /// <summary>Where the numbers of the law are not those that the plan makes of k: one sentence for each; none where all agree.</summary>
    /// <exception cref="InvalidDataException">The plan cannot be read.</exception>
    /// <exception cref="ArgumentException">The plan makes no mechanism.</exception>
    public IReadOnlyList<string> LawFaults()
    {
        const double Slack = 1e-9;
        var plan = TuningPlan.FromJson(Plan);
        if (plan.PerturbsObjective)
        {
            return [];      // its noise depends on the model's last layer, which no certificate holds
        }

        var mechanism = Tuner.MechanismOf(plan, 0, plan.ClipNorm, Dimension);
        var truncated = mechanism as TruncatedExponentialMechanism;
        List<(string Name, double Found, double Expected)> numbers =
        [
            ("noise scale", NoiseScale, mechanism.NoiseScale),
            ("accounted sensitivity", AccountedSensitivity, mechanism.InflatedSensitivity),
            ("beta", Beta, mechanism.Beta),
            ("utility sensitivity", UtilitySensitivity, mechanism.UtilitySensitivity(truncated?.Radius ?? 1)),
            ("lattice step", LatticeStep ?? mechanism.LatticeStep, mechanism.LatticeStep),
            ("expected excess", ExpectedExcess, mechanism.ExpectedExcess),
            ("excess passed in one percent", ExcessPassedInOnePercent, mechanism.ExcessTail(0.01)),
        ];
        if (truncated is not null)
        {
            numbers.Add(("radius", Ball?.Radius ?? 0, truncated.Radius));
            numbers.Add(("largest sum", Ball?.LargestSum ?? 0, truncated.LargestSum));
            numbers.Add(("acceptance bound", Ball?.AcceptanceAtLeast ?? 0, truncated.AcceptanceBound));
        }

        return [.. numbers.Where(number => !(Math.Abs(number.Found - number.Expected) <= Slack * Math.Abs(number.Expected)))
            .Select(number => $"The {number.Name} is {number.Found:G10}, where the plan makes {number.Expected:G10}.")];
    }

    /// <summary>The certificate as JSON text.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Format);

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The text is not a certificate.</exception>
    public static PrivacyCertificate FromJson(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<PrivacyCertificate>(json, Format) ?? throw new InvalidDataException("Expected a certificate, got null.");
        }
        catch (Exception error) when (error is JsonException or ArgumentException or NotSupportedException)
        {
            throw new InvalidDataException($"Expected a certificate in JSON: {error.Message}", error);
        }
    }
}
