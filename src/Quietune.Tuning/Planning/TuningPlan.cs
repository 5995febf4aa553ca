using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Quietune.Privacy.Accounting;
using Quietune.Privacy.Budgets;
using Quietune.Tuning.Mechanism;

namespace Quietune.Tuning.Planning;

/// <summary>Everything that decides what a tuning run does to private data, frozen before that data is opened.</summary>
/// <remarks>Two plans of equal content have equal hashes; a certificate names the hash.</remarks>
public sealed record TuningPlan
{
    // Covers the rounding of the few operations that lead from a budget to a multiplier and back.
    private const double RoundedUp = 1 + 1e-12;

    private static readonly JsonSerializerOptions Format = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
    };

    /// <summary>The method's name, such as <c>one-draw</c>.</summary>
    public required string Method { get; init; }

    /// <summary>The loss, as <see cref="Models.LossFunction.Named"/> knows it.</summary>
    public required string Loss { get; init; }

    /// <summary>W.</summary>
    public required GeometryPlan Geometry { get; init; }

    /// <summary>C, the bound on a unit's whitened gradient; found on public data.</summary>
    public required double ClipNorm { get; init; }

    /// <summary>How many releases, each after one pass over the private rows.</summary>
    public int Rounds { get; init; } = 1;

    /// <summary>Share of the last step added to the next; 0 for none.</summary>
    public double Momentum { get; init; }

    /// <summary>κ, the bound on the mean public divergence of a step, in nats; 0 leaves the model as it is; null uses <see cref="StepSize"/>.</summary>
    public double? TrustRadius { get; init; }

    /// <summary>Whether κ grows while releases point the way that was gone, and shrinks when they no longer do.</summary>
    public bool AdaptsRadius { get; init; }

    /// <summary>The fixed factor on a step where there is no trust region.</summary>
    public double StepSize { get; init; } = 1;

    /// <summary>N, the public nominal number of privacy units.</summary>
    public required long NominalSize { get; init; }

    /// <summary>What a neighbour is.</summary>
    public Adjacency Adjacency { get; init; } = Adjacency.AddRemove;

    /// <summary>What one unit is: <c>row</c>, or the column whose equal values belong to one unit.</summary>
    public string PrivacyUnit { get; init; } = "row";

    /// <summary>ε of the whole run.</summary>
    public required double Epsilon { get; init; }

    /// <summary>δ of the whole run.</summary>
    public required double Delta { get; init; }

    /// <summary>μ of the whole run, the largest that (ε, δ) allows; for δ = 0 the smallest that ε implies.</summary>
    public required double Mu { get; init; }

    /// <summary>q, the probability with which a unit takes part in a round; 1 reads every unit each round.</summary>
    public double SamplingRate { get; init; } = 1;

    /// <summary>z, the noise of a round of average budget over the clip norm; null where closed form gives it, for q = 1.</summary>
    public double? NoiseMultiplier { get; init; }

    /// <summary>μ of the last round over μ of the first; 1 spends evenly.</summary>
    public double BudgetGrowth { get; init; } = 1;

    /// <summary>γ, the quantile of norms to which the clip norm moves from round to round by noisy counts; null keeps it.</summary>
    public double? TargetClipQuantile { get; init; }

    /// <summary>The share of each round's μ² that those counts take.</summary>
    public double ClipBudgetShare { get; init; } = 0.02;

    /// <summary>Adam in place of plain steps, or null.</summary>
    public AdamPlan? Adam { get; init; }

    /// <summary>Share of the old average kept where the result is an average of the rounds' parameters; 0 takes the last.</summary>
    public double Averaging { get; init; }

    /// <summary>After how many rounds the geometry is built again at the present parameters, from public data; 0 for never.</summary>
    public int CurvatureEvery { get; init; }

    /// <summary>How many label-preserving versions of each image are averaged within its unit.</summary>
    public int Augmentations { get; init; } = 1;

    /// <summary>Whether units are centred on the public gradient before they are clipped.</summary>
    public bool Centred { get; init; }

    /// <summary>The ball on which the one draw of a plan with δ = 0 lies; null for normal draws.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Ball? Ball { get; init; }

    /// <summary>A release of the inputs' second moments before the rounds, or null.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public MomentPlan? Moments { get; init; }

    /// <summary>λ of a plan that releases the minimum of mean loss + (λ/2)·‖change‖² in place of gradients: output perturbation; null elsewhere.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Penalty { get; init; }

    /// <summary>Whether noise is put on the objective before it is minimised, and not on the minimum: objective perturbation, of a plan with a <see cref="Penalty"/>, which is raised where ε asks for more.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool PerturbsObjective { get; init; }

    /// <summary>μ of each of equal releases of every unit: μ/√rounds, rounded down (Dong, Roth &amp; Su 2022, Corollary 3.3).</summary>
    public double MuPerRound => Rounds == 1 ? Mu : Math.BitDecrement(Math.BitDecrement(Mu / Math.Sqrt(Rounds)));

    /// <summary>What the whole run does to privacy; the noise that is drawn and the event that is accounted come from the same numbers.</summary>
    [JsonIgnore]
    public PrivacyEvent Event
    {
        get
        {
            if (Ball is not null)
            {
                return new ExponentialMechanismEvent(DrawEpsilon);
            }

            if (PerturbsObjective)
            {
                return new ApproximateEvent(Epsilon, Delta);
            }

            var levels = Enumerable.Range(0, Rounds).GroupBy(NoiseMultiplierAt).Select(PrivacyEvent (level) =>
            {
                PrivacyEvent release = new GaussianEvent(level.Key);
                release = SamplingRate < 1 ? new PoissonSampledEvent(SamplingRate, release) : release;
                return level.Count() > 1 ? new SelfComposedEvent(release, level.Count()) : release;
            }).ToList();
            if (Moments is { } moments)
            {
                PrivacyEvent release = new GaussianEvent(MomentNoiseMultiplier);
                levels.Insert(0, moments.Releases(Rounds) is > 1 and var count ? new SelfComposedEvent(release, count) : release);
            }

            return levels.Count == 1 ? levels[0] : new ComposedEvent(levels);
        }
    }

    /// <summary>ε of the one draw on a ball; the draw and the event take it from here.</summary>
    /// <exception cref="InvalidOperationException">The plan asks for more than one draw of all units.</exception>
    internal double DrawEpsilon => Ball is not null && Rounds == 1 && SamplingRate == 1 && TargetClipQuantile is null
        ? Epsilon
        : throw new InvalidOperationException($"Expected one draw from all units on a ball, got {Rounds} rounds at a sampling rate of {SamplingRate}{(TargetClipQuantile is null ? string.Empty : " with counts")}.");

    private double Sensitivity => Adjacency == Adjacency.ReplaceOne ? 2 : 1;

    /// <summary>z of a round: the noise over the clip norm if the round made one release; what a round's releases cost together.</summary>
    /// <param name="round">From 0.</param>
    /// <exception cref="InvalidOperationException">The plan samples and was not calibrated.</exception>
    public double NoiseMultiplierAt(int round) => (NoiseMultiplier ?? FullBatchMultiplier()) / BudgetSchedule.WeightAt(round, Rounds, BudgetGrowth);

    /// <summary>The noise on a round's sum over the clip norm: more than z where a count is released beside it.</summary>
    /// <param name="round">From 0.</param>
    public double SumNoiseMultiplierAt(int round) =>
        TargetClipQuantile is null ? NoiseMultiplierAt(round) : Math.BitIncrement(NoiseMultiplierAt(round) / Math.Sqrt(1 - ClipBudgetShare)) * RoundedUp;

    /// <summary>The noise on a round's count over its sensitivity.</summary>
    /// <param name="round">From 0.</param>
    public double CountNoiseMultiplierAt(int round) => NoiseMultiplierAt(round) / Math.Sqrt(ClipBudgetShare) * RoundedUp;

    /// <summary>The noise on each release of second moments over its sensitivity.</summary>
    /// <exception cref="InvalidOperationException">The plan releases no moments.</exception>
    [JsonIgnore]
    public double MomentNoiseMultiplier => Moments is { } moments
        ? Sensitivity * Math.Sqrt(moments.Releases(Rounds)) / (Mu * Math.Sqrt(moments.Share)) * RoundedUp
        : throw new InvalidOperationException("Expected a plan that releases moments.");

    /// <summary>The plan with its noise multiplier fixed, so that the whole run stays within ε and δ.</summary>
    /// <exception cref="ArgumentException">No noise is enough.</exception>
    /// <exception cref="InvalidOperationException">The plan samples units and releases moments or a minimum, which no event here describes.</exception>
    public TuningPlan Calibrated() => SamplingRate < 1 && (Moments is not null || Penalty is not null)
        ? throw new InvalidOperationException("Expected a plan that reads every unit where it releases moments or a minimum, got a sampling rate below 1.")
        : Ball is not null ? this : this with { NoiseMultiplier = SamplingRate < 1 ? CalibratedNoise.Of(this) : FullBatchMultiplier() };

    /// <summary>SHA-256 of the plan's content, in lower-case hexadecimal.</summary>
    public string Hash() => Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(this, Format)));

    /// <summary>The plan's content as JSON text; every plan has it, calibrated or not.</summary>
    public override string ToString() => JsonSerializer.Serialize(this, Format);

    /// <summary>The plan as JSON.</summary>
    public JsonElement ToJson() => JsonSerializer.SerializeToElement(this, Format);

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="InvalidDataException">It is not a plan.</exception>
    public static TuningPlan FromJson(JsonElement json)
    {
        try
        {
            return json.Deserialize<TuningPlan>(Format) ?? throw new InvalidDataException("Expected a plan, got null.");
        }
        catch (Exception error) when (error is JsonException or NotSupportedException or ArgumentException)
        {
            throw new InvalidDataException($"Expected a plan in JSON: {error.Message}", error);
        }
    }

    // z = Δ·√rounds/μ: the releases compose to μ, with what moments took of μ² before them (Dong, Roth & Su 2022, Corollary 3.3).
    private double FullBatchMultiplier() => Ball is not null || Delta == 0
        ? throw new InvalidOperationException("Expected a plan of normal draws, which δ = 0 does not allow.")
        : SamplingRate < 1
        ? throw new InvalidOperationException("Expected a calibrated plan: sampled rounds have no closed form for their noise.")
        : Sensitivity * Math.Sqrt(Rounds) / (Mu * Math.Sqrt(1 - (Moments?.Share ?? 0))) * RoundedUp;
}
