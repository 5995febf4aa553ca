using System.Text.Json.Serialization;

namespace Quietune.Reporting;

/// <summary>What the page of a tuning run tells; nothing in it was computed from private rows but what was released.</summary>
/// <param name="Title">Heading of the page.</param>
/// <param name="Promise">What was promised.</param>
/// <param name="Measure">What the rehearsal measured: <c>accuracy</c>.</param>
/// <param name="Rehearsal">Each scenario: its name, the measure before and after.</param>
/// <param name="IsForced">Whether the rehearsal predicted harm and the plan was carried out all the same.</param>
/// <param name="Settings">What the rehearsal chose.</param>
/// <param name="Layers">What was tuned: parameter, shape, rule.</param>
/// <param name="Certificate">The certificate, as JSON text; JSON that tells the story carries it as an object of its own.</param>
/// <param name="Times">How long each stage took, but for those that read private rows.</param>
/// <param name="Versions">Versions of the parts that ran.</param>
public sealed record TuningStory(
    string Title,
    Promise Promise,
    string Measure,
    IReadOnlyList<RehearsedScenario> Rehearsal,
    bool IsForced,
    IReadOnlyList<NamedValue> Settings,
    IReadOnlyList<NamedValue> Layers,
    [property: JsonIgnore] string Certificate,
    IReadOnlyList<StageTime> Times,
    IReadOnlyList<NamedValue> Versions)
{
    /// <summary>Why nothing is promised; null where the promise holds.</summary>
    public string? NotPrivate { get; init; }

    /// <summary>What the rehearsal foretells of the measure's change.</summary>
    public double? PredictedGain { get; init; }

    /// <summary>The dataset's budget before and after; null where no ledger was kept.</summary>
    public BudgetStory? Budget { get; init; }

    /// <summary>What the noise costs; null where it was not measured.</summary>
    public ExcessStory? Excess { get; init; }

    /// <summary>What was released of the model; null where it was not measured.</summary>
    public GeometryStory? Geometry { get; init; }

    /// <summary>The most memory that was held before private rows were opened, in bytes; null where it was not measured.</summary>
    public long? PeakMemory { get; init; }

    /// <summary>SHA-256 of files and settings.</summary>
    public IReadOnlyList<NamedValue> Hashes { get; init; } = [];

    /// <summary>Commands that make, check or measure this run again.</summary>
    public IReadOnlyList<NamedValue> Commands { get; init; } = [];

    /// <summary>What was checked when the page was made.</summary>
    public IReadOnlyList<CheckedClaim> Checks { get; init; } = [];

    /// <summary>Attacks on the method that were joined to the report.</summary>
    public IReadOnlyList<AuditStory> Audits { get; init; } = [];

    /// <summary>Attacks on membership that were joined to the report.</summary>
    public IReadOnlyList<MembershipStory> Membership { get; init; } = [];

    /// <summary>Secrets that were inserted into text for models of the method to give away.</summary>
    public IReadOnlyList<ExposureStory> Exposure { get; init; } = [];

    /// <summary>Measures on rows declared public that were joined to the report.</summary>
    public IReadOnlyList<EvaluationStory> Evaluations { get; init; } = [];
}
